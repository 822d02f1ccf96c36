import type { Story } from '../play.ts'
import type { Raised } from '../scene.ts'
import type { StaffKey } from '../town.ts'
import { acceptAfter, type When } from '../when.ts'

/** Cases that are under way now: new, passed on, waiting, extended, and late at each stage. */
export function inHandStories(when: When): Story[] {
  return [
    {
      begins: when.hoursAgo(2),
      play: async function* newWithPhoto({ file }) {
        await file({
          language: 'en',
          kind: 'hazard',
          category: 'road-damage',
          what: 'There is a hole in the road in front of the bakery. It is as deep as a bucket and full of water, so at night nobody sees it.',
          wanted: 'Fill it, and put a cone there until then.',
          address: '14 Mill Street',
          who: { name: 'Robin Example', phone: '555 0101' },
          photo: 'pothole',
        })
        yield {}
      },
    },
    {
      begins: when.hoursAgo(3),
      play: async function* toIntake({ file }) {
        await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'no-reply',
          what: '上个月在窗口提交的申请一直没有回音，打电话也没有人接。',
          wanted: '请告诉我申请现在到了哪一步。',
          who: { name: '冯十一', phone: '555 0102' },
        })
        yield {}
      },
    },
    {
      begins: when.hoursAgo(26),
      play: async function* waitingToBeAccepted({ file }) {
        await file({
          language: 'en',
          kind: 'grievance',
          category: 'school-meals',
          what: 'The lunches at the primary school come cold most days. The children bring half of them home.',
          wanted: 'Warm meals, or a microwave in the hall.',
          address: 'Primary school, East Village',
        })
        yield {}
      },
    },
    {
      begins: when.hoursAgo(6),
      play: async function* beingPassedOn({ file, redirect }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'noise',
          what: '柳苑小区三号楼楼下的排风机整夜响，窗户关着也睡不着。',
          wanted: '请让物业给排风机加隔音罩或夜间停机。',
          address: '柳苑小区3号楼',
          who: { name: '陈十二', phone: '555 0103' },
        })
        yield { hours: 3 }
        await redirect(
          id,
          'sanitation-officer',
          'river-property',
          '排风机属于小区共用设备，由物业组管理，我科无权处理。',
        )
      },
    },
    {
      begins: when.daysAgo(9),
      play: async function* passedOn({ file, redirect, takeOver, accept, note }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'street-light',
          what: 'The lamp at the corner of Orchard Road has been dark for a week. My mother fell there on Tuesday.',
          wanted: 'Please repair the lamp.',
          address: 'Orchard Road, by the bus stop',
          who: { name: 'Kim Sample', phone: '555 0104' },
          photo: 'lamp',
        })
        yield { hours: 2 }
        await redirect(
          id,
          'officer',
          'lighting',
          'The lamp is one of those that the lighting team looks after by itself.',
        )
        yield { hours: 3 }
        await takeOver(id, 'officer')
        yield { hours: 1 }
        await accept(id, 'officer')
        yield { days: 1 }
        await note(id, 'officer', 'Cable fault under the pavement; the excavator is booked for next week.')
      },
    },
    {
      begins: when.daysAgo(11),
      play: async function* notTakenOver({ file, redirect, sendBack, accept }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'hazard',
          category: 'drainage',
          what: '西村村口一下雨就积水，深的地方没过脚踝，老人出不了门。',
          wanted: '疏通排水沟。',
          address: '西村村口',
          who: { name: '杨十三', phone: '555 0105' },
        })
        yield { hours: 2 }
        await redirect(id, 'water-officer', 'west', '村口排水沟由村里日常维护。')
        yield { hours: 4 }
        await sendBack(id, 'west-head', '积水原因是市政管道堵塞，不是村沟的问题。')
        yield { hours: 1 }
        await accept(id, 'water-officer')
      },
    },
    {
      begins: when.daysAgo(6),
      play: async function* waitingForResident({ file, accept, ask }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'fees-charges',
          what: 'I was charged twice for the copy of my land certificate and nobody could tell me why.',
          wanted: 'The second fee back.',
          who: { name: 'Jo Specimen', phone: '555 0106' },
        })
        yield { hours: 5 }
        await accept(id, 'services-officer')
        yield { days: 4 }
        await ask(
          id,
          'services-officer',
          'Please send us a photo of both receipts, or tell us their numbers.',
        )
      },
    },
    {
      begins: when.daysAgo(13),
      play: async function* questionAnswered({ file, accept, ask, write, message }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'wages',
          what: '在镇上工地干了两个月，工资一直没有结清，还差四千元。',
          wanted: '请协调把工资发给我们。',
          address: '河西工地',
          who: { name: '蒋十四', phone: '555 0107' },
        })
        yield { hours: 6 }
        await accept(id, 'services-officer')
        yield { days: 2 }
        await ask(id, 'services-officer', '请问有没有考勤记录或者工资条？拍照上传即可。')
        yield { hours: 20 }
        await write(id, '有考勤表，一共五十七天，班组长那里也有一份。')
        yield { days: 3 }
        await message(id, 'services-officer', '材料收到，已约施工单位本周五到服务中心核对。')
        yield { hours: 4 }
        await write(id, '好的，周五我也到场。')
      },
    },
    {
      begins: when.daysAgo(26),
      play: async function* questionLapsed({ file, accept, ask }) {
        const id = await file({
          language: 'en',
          kind: 'suggestion',
          category: 'buses',
          what: 'The last bus from the station leaves five minutes before the train comes in.',
          wanted: 'Could the bus wait, or leave ten minutes later?',
          address: 'Railway station',
          who: { name: 'Pat Placeholder', phone: '555 0108' },
        })
        yield { hours: 3 }
        await accept(id, 'officer')
        yield { days: 1 }
        await ask(id, 'officer', 'Which line do you mean, 3 or 5? Both leave at that time.')
      },
    },
    {
      begins: when.daysAgo(3),
      play: async function* extended({ file, accept, extend, assign }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'unlawful-building',
          what: '邻居在楼顶加盖了一间房，雨水都流到我家墙上，墙皮开始脱落。',
          wanted: '请查清是否违建并拆除。',
          address: '东村磨坊巷9号',
          who: { name: '沈十五', phone: '555 0109' },
        })
        yield { hours: 4 }
        await accept(id, 'housing-officer')
        yield { hours: 20 }
        await assign(id, 'housing-head', 'housing-officer', 'housing-head')
        yield { hours: 2 }
        await extend(id, 'housing-head', '需要委托第三方测绘，测绘报告预计两周后出具。')
      },
    },
    late('half', 'water-officer', {
      language: 'en',
      kind: 'grievance',
      category: 'water-supply',
      what: 'The tap water has been brown every morning since the works in our street.',
      wanted: 'Clean water, and to know whether it can be drunk.',
      address: '3 River Lane',
      who: { name: 'Lee Sample', phone: '555 0110' },
    }),
    late('four-fifths', 'sanitation-officer', {
      language: 'zh-CN',
      kind: 'grievance',
      category: 'smoke-dust',
      what: '小吃店的油烟管正对着我家厨房窗户，每天傍晚屋里全是油烟味。',
      wanted: '请让店家改排烟口。',
      address: '河边街21号',
      who: { name: '韩十六', phone: '555 0111' },
    }),
    late('unit-head', 'officer', {
      language: 'en',
      kind: 'hazard',
      category: 'traffic-signs',
      what: 'The stop sign at the school crossing was knocked over and lies in the ditch.',
      wanted: 'Put the sign back before term starts.',
      address: 'School crossing, Mill Street',
      who: { name: 'Alex Example', phone: '555 0112' },
    }),
    late('supervisor', 'housing-officer', {
      language: 'zh-CN',
      kind: 'grievance',
      category: 'property-fees',
      what: '小区公共收益从来没有公示，电梯里的广告费去了哪里没有人说得清。',
      wanted: '请要求物业公示近两年的公共收益。',
      address: '府前街花园小区',
      who: { name: '朱十七', phone: '555 0113' },
    }),
    late('unit-above', 'schools-officer', {
      language: 'en',
      kind: 'grievance',
      category: 'school-bus',
      what: 'The school bus has left the children at the wrong stop three times this month.',
      wanted: 'A driver who knows the route, and a call when the bus is late.',
      address: 'Bus stop Upper Field',
      who: { name: 'Max Specimen', phone: '555 0114' },
    }),
  ]

  function late(stage: Parameters<When['reaching']>[0], who: StaffKey, raised: Raised): Story {
    return {
      begins: when.reaching(stage, raised.kind, raised.category),
      play: async function* runningLate({ file, accept }) {
        const id = await file(raised)
        yield acceptAfter
        await accept(id, who)
      },
    }
  }
}
