import type { Lang } from '../../src/platform/i18n/languages.ts'

/** What somebody writes when they raise a problem. */
export type Written = {
  language: Lang
  category: string
  what: string
  wanted: string
  address: string
  /** Who wrote it. */
  name: string
}

/** The same numbers in every run, so that two runs search the same words. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Writes a filing, in Chinese or in English by turns. */
export function write(random: () => number): Written {
  return random() < 0.5 ? inEnglish(random) : inChinese(random)
}

// People write about a few things often and about many seldom: place n of a list comes up about 1/n as often.
function pick<T>(list: readonly T[], random: () => number): T {
  const at = Math.floor(list.length ** random()) - 1
  return list[Math.min(at, list.length - 1)] as T
}

// Names are each as frequent as the other: a street is written about some hundred times in a million filings.
const even = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T

function inEnglish(random: () => number): Written {
  const [thing, category] = pick(english.things, random)
  const street = `${even(english.streets, random)} ${pick(english.ways, random)}`
  const sentences = [
    `The ${thing} ${pick(english.troubles, random)} ${pick(english.since, random)}.`,
    `It is ${pick(english.near, random)} ${even(english.shops, random)} ${pick(english.trade, random)}.`,
    `${pick(english.effects, random)}.`,
  ]
  for (let more = random() * 4; more > 1; more--)
    sentences.push(`${pick(english.effects, random)}, and ${pick(english.told, random)}.`)
  if (random() < 0.3) sentences.push(`The plate on it says ${1000 + Math.floor(random() * 9000)}.`)
  return {
    language: 'en',
    category,
    what: sentences.join(' '),
    wanted: `Please ${pick(english.wishes, random)} the ${thing} ${pick(english.by, random)}.`,
    address: `${1 + Math.floor(random() * 300)} ${street}`,
    name: `${even(english.streets, random)} ${even(english.shops, random)}`,
  }
}

function inChinese(random: () => number): Written {
  const [thing, category] = pick(chinese.things, random)
  const street = `${even(chinese.streets, random)}${pick(chinese.ways, random)}`
  const sentences = [
    `${street}${pick(chinese.near, random)}的${thing}${pick(chinese.since, random)}${pick(chinese.troubles, random)}。`,
    `旁边是${even(chinese.shops, random)}${pick(chinese.trade, random)}，${pick(chinese.effects, random)}。`,
  ]
  for (let more = random() * 4; more > 1; more--)
    sentences.push(`${pick(chinese.effects, random)}，${pick(chinese.told, random)}。`)
  if (random() < 0.3)
    sentences.push(`门牌上写着${even(chinese.rare, random)}${even(chinese.rare, random)}堂。`)
  return {
    language: 'zh-CN',
    category,
    what: sentences.join(''),
    wanted: `请${pick(chinese.by, random)}${pick(chinese.wishes, random)}${thing}。`,
    address: `${street}${1 + Math.floor(random() * 300)}号`,
    name: `${even(chinese.surnames, random)}${even(chinese.rare, random)}${even(chinese.rare, random)}`,
  }
}

const cross = (heads: string, tails: string): string[] =>
  heads.split(' ').flatMap(head => tails.split(' ').map(tail => head + tail))

const english = {
  things: [
    ['street light', 'street-light'],
    ['pavement', 'blocked-pavement'],
    ['rubbish bin', 'refuse'],
    ['water pipe', 'water-supply'],
    ['drain', 'drainage'],
    ['road surface', 'road-damage'],
    ['manhole cover', 'manhole-cover'],
    ['bus stop', 'buses'],
    ['traffic signal', 'traffic-signs'],
    ['lift in our building', 'lifts'],
    ['playground swing', 'playground'],
    ['loud karaoke bar', 'noise'],
    ['heating', 'heating'],
    ['building site', 'building-site'],
    ['fire escape', 'fire-safety'],
    ['charging shed for electric bicycles', 'electric-bikes'],
    ['canteen food', 'school-meals'],
    ['school bus', 'school-bus'],
    ['counter at the service hall', 'counter-service'],
    ['housing benefit', 'benefits'],
    ['property management fee', 'property-fees'],
    ['old plane tree', 'parks-trees'],
    ['smoke from the kiln', 'smoke-dust'],
    ['rat infestation', 'pests'],
    ['balcony above us', 'neighbour-leak'],
    ['boundary wall', 'shared-space'],
    ['wheelchair ramp', 'step-free-access'],
    ['unpaid overtime', 'wages'],
  ] as [string, string][],
  troubles: [
    'has been broken',
    'does not work',
    'is blocked',
    'leaks',
    'is dangerous',
    'smells',
    'was damaged',
    'has been out of order',
    'flickers all night',
    'overflows when it rains',
    'keeps us awake',
    'collapsed',
    'is missing',
    'is covered with graffiti',
    'froze and burst',
  ],
  since: [
    'since last week',
    'since yesterday',
    'for three days',
    'for months',
    'every evening',
    'after the storm',
    'since the festival',
    'whenever lorries pass',
    'since the contractor left in March',
  ],
  near: [
    'near',
    'opposite',
    'next to',
    'behind',
    'in front of',
    'on the corner by',
    'at the back entrance of',
  ],
  trade: [
    'bakery',
    'primary school',
    'pharmacy',
    'market',
    'clinic',
    'garage',
    'hotel',
    'laundry',
    'library',
  ],
  effects: [
    'Children walk there to school',
    'A cyclist fell yesterday',
    'Old people cannot pass',
    'Nobody has come to look',
    'We cannot sleep',
    'The cellar is under water',
    'A neighbour was hurt',
    'It is dark and frightening',
    'Cars swerve into the other lane',
    'The smell comes into the classroom',
    'My mother uses a wheelchair',
    'Ambulances could not get through',
    'The shopkeepers lost two days of trade',
    'Somebody put a chair there as a warning',
  ],
  told: [
    'we rang the hotline twice',
    'the manager only laughed',
    'the last repair lasted a week',
    'we were promised a visit',
    'the neighbours have photographs',
    'the caretaker says it is not his job',
    'the invoice was never explained',
    'no notice was given beforehand',
  ],
  wishes: ['repair', 'replace', 'check', 'clear', 'explain', 'remove', 'inspect', 'refund', 'fence off'],
  by: ['soon', 'before winter', 'this week', 'before somebody is hurt', 'before the new term', 'at once'],
  ways: ['Street', 'Road', 'Lane', 'Avenue', 'Close', 'Square', 'Terrace'],
  streets: cross(
    'Wil Ash Bram Cor Dun Elm Fern Glen Har Iver Kes Lin Mor Nor Oak Pem Quar Rad Sel Thorn Ull Ven Wes Yar Zel',
    'low ford ton by wick dale mere hurst bourne combe field gate holm ley moor ness port ridge stead thorpe wold',
  ),
  shops: cross(
    'Ab Bel Cas Del Es Far Gal Hol Is Jam Kar Lor Mar Nal Or Pas Quin Ros Sal Tam Um Val Wan Xan Yol Zan',
    'adine berto carra dova ellino forte gora hansen ivano jessen kovic lander mann nicek olsen petra quist rossi strom tanner ulla vitch weller yates zetti',
  ),
}

const chinese = {
  things: [
    ['路灯', 'street-light'],
    ['人行道', 'blocked-pavement'],
    ['垃圾桶', 'refuse'],
    ['自来水管', 'water-supply'],
    ['下水道', 'drainage'],
    ['路面', 'road-damage'],
    ['井盖', 'manhole-cover'],
    ['公交站台', 'buses'],
    ['红绿灯', 'traffic-signs'],
    ['单元楼电梯', 'lifts'],
    ['健身器材', 'playground'],
    ['烧烤店噪音', 'noise'],
    ['暖气', 'heating'],
    ['建筑工地', 'building-site'],
    ['消防通道', 'fire-safety'],
    ['电动车充电棚', 'electric-bikes'],
    ['学校食堂饭菜', 'school-meals'],
    ['校车', 'school-bus'],
    ['办事窗口', 'counter-service'],
    ['低保待遇', 'benefits'],
    ['物业费', 'property-fees'],
    ['行道树', 'parks-trees'],
    ['砖窑扬尘', 'smoke-dust'],
    ['老鼠蟑螂', 'pests'],
    ['楼上漏水', 'neighbour-leak'],
    ['宅基地围墙', 'shared-space'],
    ['无障碍坡道', 'step-free-access'],
    ['拖欠工资', 'wages'],
  ] as [string, string][],
  troubles: [
    '坏了',
    '一直没人修',
    '堵塞',
    '漏水',
    '有安全隐患',
    '散发臭味',
    '被撞坏',
    '停用',
    '整夜闪烁',
    '一下雨就满溢',
    '影响休息',
    '塌陷',
    '丢失',
    '被小广告贴满',
    '冻裂',
  ],
  since: [
    '上周起',
    '从昨天开始',
    '三天来',
    '几个月来',
    '每天晚上',
    '暴雨之后',
    '春节以后',
    '货车经过时',
    '施工队撤走后',
  ],
  near: ['路口', '对面', '东侧', '后面', '门口', '拐角处', '北门外'],
  trade: ['早餐店', '小学', '药店', '菜市场', '卫生室', '修车铺', '宾馆', '洗衣店', '图书馆'],
  effects: [
    '孩子上学要经过这里',
    '昨天有人骑车摔倒',
    '老人出行不便',
    '至今没有人来查看',
    '居民无法入睡',
    '地下室进了水',
    '邻居受了伤',
    '晚上漆黑一片',
    '车辆只能逆行绕开',
    '臭味飘进教室',
    '家里有人坐轮椅',
    '救护车进不来',
    '商户两天没法营业',
    '有人放了把椅子提醒过路人',
  ],
  told: [
    '打过两次热线',
    '负责人一笑了之',
    '上次修好只管了一周',
    '答应上门一直没来',
    '邻居拍了照片',
    '门卫说不归他管',
    '收费从没解释过',
    '事前没有任何通知',
  ],
  wishes: ['维修', '更换', '检查', '清理', '说明', '拆除', '排查', '退还', '围挡'],
  by: ['尽快', '入冬前', '本周内', '在出事之前', '开学前', '马上'],
  ways: ['路', '街', '巷', '大道', '小区', '村', '弄'],
  surnames: [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗'],
  rare: [
    ...'翰墨瑾瑜琅琊璟煜珏熠晟骏骐翊翎翀旻昊昱晖煊烨焱炜琛琪琮瑄璇璐瓒甄畅皓睿矅砚祺禧稷穗竣筠箬篁纶绮缙羲翡聿',
  ],
  streets: cross(
    '柳 槐 杏 桃 松 竹 梅 兰 荷 枫 银 金 青 白 红 东 西 南 北 中',
    '园 林 溪 桥 湖 岭 坪 湾 港 塘 溪 泉 坡 门 台 亭 井 岗',
  ),
  shops: cross(
    '福 禄 寿 喜 康 宁 顺 安 和 盛 隆 兴 旺 昌 裕 丰 泰 祥 瑞 吉',
    '来 满 德 源 聚 达 华 民 家 友 客 香 味 鲜 乐 生 元 发 利 记',
  ),
}
