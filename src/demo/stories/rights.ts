import type { Story } from '../play.ts'
import type { When } from '../when.ts'

/** Cases in which who someone is, or whom it is about, needs care: protected, anonymous, recused, retaliation. */
export function rightsStories(when: When): Story[] {
  return [
    {
      begins: when.daysAgo(12),
      play: async function* identityOpened({ file, accept, openIdentity, message }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'public-housing',
          what: 'The bathroom ceiling drips when the people above shower. It has been mended twice and drips again.',
          wanted: 'Somebody who finds the cause.',
          address: 'Council flats, 5 Well Lane',
          who: { name: 'Morgan Example', phone: '555 0140' },
        })
        yield { hours: 5 }
        await accept(id, 'housing-officer')
        yield { days: 2 }
        await openIdentity(id, 'housing-officer', 'To ring and agree on a time for the plumber')
        yield { hours: 1 }
        await message(id, 'housing-officer', 'The plumber comes on Thursday between two and four.')
      },
    },
    {
      begins: when.daysAgo(14),
      play: async function* protectedIdentity({ file, accept, openIdentity, write }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'hazard',
          category: 'fire-safety',
          what: '花园小区地下车库的消防通道堆满了杂物，灭火器全部过期，物业说没人会来查。',
          wanted: '请检查并让物业清理，不要让物业知道是谁反映的。',
          address: '府前街花园小区',
          who: { name: '孔廿五', phone: '555 0141' },
          protected: true,
        })
        yield { hours: 2 }
        await accept(id, 'housing-officer')
        yield { days: 3 }
        await openIdentity(id, 'auditor', '核实举报人是否受到物业骚扰')
        yield { days: 1 }
        await write(id, '昨天物业在群里打听是谁反映的，请一定保密。')
      },
    },
    {
      begins: when.daysAgo(2),
      play: async function* anonymous({ file, accept }) {
        const id = await file({
          language: 'en',
          kind: 'hazard',
          category: 'building-site',
          what: 'The scaffold at the corner house has no net, and tiles fall onto the pavement.',
          wanted: 'A net, and the pavement closed until it is there.',
          address: 'Corner of Mill Street and Well Lane',
        })
        yield { hours: 3 }
        await accept(id, 'housing-officer')
      },
    },
    {
      begins: when.daysAgo(10),
      play: async function* aboutTheUnit({ file, accept }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'road-damage',
          what: '道路科去年修的路面半年就裂了，当时验收走过场，材料也不对。',
          wanted: '请查一查这段路是怎么验收的。',
          address: '果园路南段',
          who: { name: '曹廿六', phone: '555 0142' },
          about: { units: ['roads'], named: '道路照明科' },
        })
        yield { hours: 7 }
        await accept(id, 'mayor')
      },
    },
    {
      begins: when.daysAgo(15),
      play: async function* recused({ file, accept, recuse, message }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'counter-service',
          what: 'I was sent from window to window for two hours because a form was missing that nobody names on the notice.',
          wanted: 'A notice that lists every form.',
          who: { name: 'Avery Sample', phone: '555 0143' },
        })
        yield { hours: 3 }
        await accept(id, 'services-officer')
        yield { days: 2 }
        await recuse(
          id,
          'supervisor',
          { staff: ['services-officer'] },
          'The officer is the one who stood at the window that day.',
        )
        yield { hours: 4 }
        await message(id, 'services-head', 'I have taken your case over myself and will answer it.')
      },
    },
    {
      begins: when.daysAgo(7),
      play: async function* retaliation({ file, accept, note }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'retaliation',
          what: '我上个月投诉保洁组之后，我家门口的垃圾桶被撤走了，别人家的都在。',
          wanted: '请查明原因并恢复垃圾桶。',
          address: '东村二组',
          who: { name: '严廿七', phone: '555 0144' },
          protected: true,
          about: { units: ['east-cleaning'], named: '东村保洁组', retaliation: true },
        })
        yield { hours: 4 }
        await accept(id, 'oversight-head')
        yield { days: 1 }
        await note(id, 'oversight-head', '已调取保洁组近两个月的收运记录。')
      },
    },
    {
      begins: when.daysAgo(20),
      play: async function* atTheDesk({ file, accept, answer, agree }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'dispute',
          category: 'neighbour-leak',
          what: '楼上漏水把我家天花板泡坏了，楼上说不是他家的问题，两家说不拢。',
          wanted: '请帮忙调解，赔偿修复费用。',
          address: '柳苑小区1号楼',
          who: { name: '金廿八', phone: '555 0145' },
          desk: 'visit',
        })
        yield { hours: 1 }
        await accept(id, 'mediator')
        yield { days: 4 }
        await answer(
          id,
          'mediator',
          {
            asked: '调解漏水赔偿。',
            facts: '双方到场，确认为楼上卫生间防水层破损，双方达成一致：楼上修复防水并承担八成费用。',
            rule: '《人民调解法》第二十八条。',
            remedy: '十日内修复防水层。',
          },
          'partly',
          10,
        )
        yield { days: 1 }
        await agree(id, 5)
      },
    },
    {
      begins: when.hoursAgo(30),
      play: async function* byPhone({ file, accept, note }) {
        const id = await file({
          language: 'en',
          kind: 'hazard',
          category: 'burst-pipe',
          what: 'Water shoots out of the pavement in front of the pharmacy.',
          wanted: 'Turn it off and mend it.',
          address: 'Pharmacy, Market Street',
          who: { name: 'Casey Specimen', phone: '555 0146' },
          desk: 'phone',
        })
        yield { minutes: 8 }
        await accept(id, 'water-officer')
        yield { minutes: 11 }
        await note(id, 'water-officer', 'Valve shut at the corner; the crew is on its way.')
      },
    },
  ]
}
