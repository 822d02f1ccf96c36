import type { Story } from '../play.ts'
import type { Raised } from '../scene.ts'
import type { StaffKey } from '../town.ts'
import type { When } from '../when.ts'

/** One of the many cases that go as they should: who worked and signed it, and what was answered. */
type Everyday = {
  daysAgo: number
  raised: Omit<Raised, 'language' | 'kind'> & { kind?: Raised['kind'] }
  officer: StaffKey
  head: StaffKey
  facts: string
  favour: 'yes' | 'partly' | 'no' | 'explained'
  /** Days from raising to the answer, and the resident's word on it: a rating, or none and it closes by silence. */
  answeredIn: number
  rating?: number
}

/** Cases that were answered in time, weeks ago; half of them in each language. */
export function everydayStories(when: When): Story[] {
  return [...english.map(one => tell(one, 'en')), ...chinese.map(one => tell(one, 'zh-CN'))]

  function tell(
    { daysAgo, raised, officer, head, facts, favour, answeredIn, rating }: Everyday,
    language: 'en' | 'zh-CN',
  ): Story {
    return {
      begins: when.daysAgo(daysAgo, `${String(8 + (daysAgo % 9)).padStart(2, '0')}:${10 + (daysAgo % 45)}`),
      play: async function* everyday({ file, accept, answer, agree }) {
        const id = await file({ ...raised, language, kind: raised.kind ?? 'grievance' })
        yield { hours: 2 + (daysAgo % 4) }
        await accept(id, officer)
        yield { days: answeredIn }
        await answer(id, head, { asked: raised.wanted, facts, rule: rules[language] }, favour)
        if (rating === undefined) return
        yield { days: 1, hours: 2 }
        await agree(id, rating)
      },
    }
  }
}

const rules = { en: 'Service Standard of the town, section 4.', 'zh-CN': '《镇便民服务规范》第四条。' }

const english: readonly Everyday[] = [
  {
    daysAgo: 82,
    raised: {
      category: 'refuse',
      what: 'The glass container on Well Lane has been full for two weeks.',
      wanted: 'Empty it more often.',
      address: 'Well Lane',
      who: { name: 'Rory Example', phone: '555 0150' },
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: 'It was emptied the next day and now is every week.',
    favour: 'yes',
    answeredIn: 3,
    rating: 5,
  },
  {
    daysAgo: 74,
    raised: {
      category: 'public-toilets',
      what: 'The public toilet at the bus station is locked by six in the evening.',
      wanted: 'Keep it open as long as buses run.',
      address: 'Bus station',
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: 'It stays open until ten from this week.',
    favour: 'yes',
    answeredIn: 4,
    rating: 5,
  },
  {
    daysAgo: 61,
    raised: {
      category: 'parks-trees',
      kind: 'suggestion',
      what: 'The plane trees in the park could do with benches under them.',
      wanted: 'Two benches.',
      address: 'Town park',
      who: { name: 'Noor Sample', phone: '555 0151' },
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: 'One bench was set up; for a second there is no money this year.',
    favour: 'partly',
    answeredIn: 5,
    rating: 4,
  },
  {
    daysAgo: 49,
    raised: {
      category: 'heating',
      what: 'The radiators in the library are cold in the mornings.',
      wanted: 'Warm rooms when it opens.',
      address: 'Library',
    },
    officer: 'water-officer',
    head: 'water-head',
    facts: 'The timer was set an hour too late. It has been changed.',
    favour: 'yes',
    answeredIn: 2,
    rating: 5,
  },
  {
    daysAgo: 45,
    raised: {
      category: 'blocked-pavement',
      what: 'A stall takes up the whole pavement at the market on Saturdays.',
      wanted: 'Leave room to pass.',
      address: 'Market Street',
      who: { name: 'Jude Placeholder', phone: '555 0152' },
    },
    officer: 'officer',
    head: 'lead',
    facts: 'The stall has a permit for the place; it now leaves a metre and a half free.',
    favour: 'partly',
    answeredIn: 4,
    rating: 3,
  },
  {
    daysAgo: 38,
    raised: {
      category: 'lifts',
      what: 'The lift in the council flats stops between floors.',
      wanted: 'Have it checked.',
      address: 'Council flats, 5 Well Lane',
      who: { name: 'Remy Specimen', phone: '555 0153' },
    },
    officer: 'housing-officer',
    head: 'housing-head',
    facts: 'The door contact was replaced and the lift was inspected.',
    favour: 'yes',
    answeredIn: 1,
    rating: 5,
  },
  {
    daysAgo: 29,
    raised: {
      category: 'school-buildings',
      what: 'The window in classroom 4 does not close.',
      wanted: 'Mend it before winter.',
      address: 'Primary school',
    },
    officer: 'schools-officer',
    head: 'schools-head',
    facts: 'The hinge was replaced.',
    favour: 'yes',
    answeredIn: 3,
  },
  {
    daysAgo: 22,
    raised: {
      category: 'road-damage',
      kind: 'hazard',
      what: 'The kerb in front of the clinic is broken, and wheelchairs get stuck.',
      wanted: 'Lower and mend it.',
      address: 'Clinic, Hill Street',
      who: { name: 'Ellis Example', phone: '555 0154' },
    },
    officer: 'officer',
    head: 'roads-head',
    facts: 'The kerb was lowered over two metres.',
    favour: 'yes',
    answeredIn: 4,
    rating: 5,
  },
  {
    daysAgo: 9,
    raised: {
      category: 'pests',
      what: 'There are rats at the pond since people feed the ducks.',
      wanted: 'Signs that ask people not to.',
      address: 'Pond, West Village',
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: 'Signs were put up and bait was laid.',
    favour: 'yes',
    answeredIn: 3,
  },
]

const chinese: readonly Everyday[] = [
  {
    daysAgo: 85,
    raised: {
      category: 'water-supply',
      what: '三楼以上水压太低，晚上洗澡没有热水。',
      wanted: '提高晚间水压。',
      address: '河边街7号',
      who: { name: '魏三十', phone: '555 0160' },
    },
    officer: 'water-officer',
    head: 'water-head',
    facts: '加压泵已检修，晚间水压恢复正常。',
    favour: 'yes',
    answeredIn: 4,
    rating: 5,
  },
  {
    daysAgo: 78,
    raised: {
      category: 'step-free-access',
      kind: 'suggestion',
      what: '服务中心门口只有台阶，轮椅上不去。',
      wanted: '加一段坡道。',
      address: '便民服务中心',
      who: { name: '陶卅一', phone: '555 0161' },
    },
    officer: 'services-officer',
    head: 'services-head',
    facts: '已加装坡道和扶手。',
    favour: 'yes',
    answeredIn: 5,
    rating: 5,
  },
  {
    daysAgo: 66,
    raised: {
      category: 'electric-bikes',
      kind: 'hazard',
      what: '有人把电动车推进楼道充电。',
      wanted: '请劝阻并增设充电棚。',
      address: '花园小区6号楼',
    },
    officer: 'housing-officer',
    head: 'housing-head',
    facts: '已劝离，并协调物业增设十个充电位。',
    favour: 'yes',
    answeredIn: 3,
    rating: 4,
  },
  {
    daysAgo: 56,
    raised: {
      category: 'food-hygiene',
      what: '学校门口小摊的食物没有遮盖，孩子吃了拉肚子。',
      wanted: '请检查。',
      address: '东村小学门口',
      who: { name: '姜卅二', phone: '555 0162' },
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: '已对三个摊位检查，责令加盖并办理登记。',
    favour: 'yes',
    answeredIn: 2,
    rating: 4,
  },
  {
    daysAgo: 47,
    raised: {
      category: 'school-fees',
      what: '学校收的材料费没有开票。',
      wanted: '请说明收费依据。',
      who: { name: '戚卅三', phone: '555 0163' },
    },
    officer: 'services-officer',
    head: 'services-head',
    facts: '该费用没有依据，学校已全部退还。',
    favour: 'yes',
    answeredIn: 4,
    rating: 5,
  },
  {
    daysAgo: 41,
    raised: {
      category: 'river-pollution',
      what: '村后小河水面漂着油花，有刺鼻气味。',
      wanted: '查一查上游谁在排。',
      address: '西村后河',
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: '查明为上游洗车店直排，已责令接入污水管。',
    favour: 'yes',
    answeredIn: 4,
    rating: 5,
  },
  {
    daysAgo: 36,
    raised: {
      category: 'property-service',
      what: '小区门禁坏了两个月，谁都能进。',
      wanted: '请督促物业修门禁。',
      address: '滨河社区二期',
      who: { name: '谢卅四', phone: '555 0164' },
    },
    officer: 'property-head',
    head: 'property-head',
    facts: '门禁控制器已更换。',
    favour: 'yes',
    answeredIn: 3,
    rating: 4,
  },
  {
    daysAgo: 27,
    raised: {
      category: 'noise',
      what: '广场晚上十点以后还放很响的音乐。',
      wanted: '请规定时间。',
      address: '文化广场',
    },
    officer: 'sanitation-officer',
    head: 'sanitation-head',
    facts: '与各队约定九点结束，并设置了分贝显示屏。',
    favour: 'partly',
    answeredIn: 4,
    rating: 3,
  },
  {
    daysAgo: 17,
    raised: {
      category: 'teaching',
      kind: 'question',
      what: '课后服务可以只参加两天吗？',
      wanted: '请告知规定。',
      who: { name: '邹卅五', phone: '555 0165' },
    },
    officer: 'schools-officer',
    head: 'schools-head',
    facts: '可以按天选择，每学期初登记一次。',
    favour: 'explained',
    answeredIn: 1,
    rating: 5,
  },
  {
    daysAgo: 6,
    raised: {
      category: 'shared-space',
      what: '一楼住户把公共绿地围起来种菜。',
      wanted: '恢复绿地。',
      address: '花园小区2号楼',
      who: { name: '喻卅六', phone: '555 0166' },
    },
    officer: 'housing-officer',
    head: 'housing-head',
    facts: '围栏已自行拆除，绿地本周补种。',
    favour: 'yes',
    answeredIn: 3,
  },
]
