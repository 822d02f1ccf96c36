import type { Story } from '../play.ts'
import type { When } from '../when.ts'

/** Cases that were answered, and what came of it: agreed, silent, corrected, late, opened again, withdrawn, declined. */
export function answeredStories(when: When): Story[] {
  return [
    {
      begins: when.daysAgo(8),
      play: async function* answerWithRemedy({ file, accept, answer }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'hazard',
          category: 'playground',
          what: '滨河社区儿童乐园的滑梯裂了一道口子，边缘很锋利。',
          wanted: '请尽快修好或者先围起来。',
          address: '滨河社区儿童乐园',
          who: { name: '秦十八', phone: '555 0120' },
        })
        yield { hours: 2 }
        await accept(id, 'sanitation-officer')
        yield { days: 3 }
        await answer(
          id,
          'sanitation-head',
          {
            asked: '修复滑梯裂口或先行围挡。',
            facts: '当日到场查看，裂口长约三十厘米，已围挡停用，配件已订购。',
            rule: '《公园管理办法》第十九条：游乐设施应当定期检修，发现隐患立即停用。',
            remedy: '配件到货后更换滑面并重新验收。',
          },
          'yes',
          12,
        )
      },
    },
    {
      begins: when.daysAgo(16),
      play: async function* corrected({ file, accept, answer, correct }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'parking',
          what: 'Delivery vans park on the pavement in front of number 30 every morning; prams have to go into the road.',
          wanted: 'Bollards, or somebody who comes by at eight.',
          address: '30 Market Street',
          who: { name: 'Sam Placeholder', phone: '555 0121' },
        })
        yield { hours: 4 }
        await accept(id, 'officer')
        yield { days: 6 }
        const written = {
          asked: 'Keep the pavement in front of 30 Market Street free.',
          facts:
            'We were there on three mornings. On two of them a van stood on the pavement between eight and nine.',
          rule: 'Road Traffic Rules, section 56: no stopping on pavements.',
          remedy: 'Four bollards will be set in front of numbers 28 to 34.',
        }
        await answer(id, 'lead', written, 'yes', 30)
        yield { days: 1 }
        await correct(
          id,
          'lead',
          { ...written, remedy: 'Six bollards will be set in front of numbers 26 to 36.' },
          'yes',
          'The plan of the street was an old one; the pavement is wider than we wrote.',
        )
      },
    },
    {
      begins: when.daysAgo(34),
      play: async function* remedyKept({ file, accept, answer, remedyDone, agree }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'street-light',
          what: '河堤步道的路灯隔一盏亮一盏，晚上散步看不清台阶。',
          wanted: '请把不亮的路灯修好。',
          address: '河堤步道',
          who: { name: '尤十九', phone: '555 0122' },
        })
        yield { hours: 3 }
        await accept(id, 'officer')
        yield { days: 3 }
        await answer(
          id,
          'roads-head',
          {
            asked: '修复河堤步道路灯。',
            facts: '共有十一盏灯因驱动电源老化不亮。',
            rule: '《城市照明管理规定》第二十四条：保持照明设施完好运行。',
            remedy: '更换十一套驱动电源。',
          },
          'yes',
          7,
        )
        yield { days: 5 }
        await remedyDone(id, 'officer', '十一套电源已全部更换，夜间复查正常。')
        yield { hours: 8 }
        await agree(id, 5)
      },
    },
    {
      begins: when.daysAgo(33),
      play: async function* remedyBroken({ file, accept, answer, agree }) {
        const id = await file({
          language: 'en',
          kind: 'hazard',
          category: 'manhole-cover',
          what: 'The manhole cover at the market gate rocks when a car goes over it.',
          wanted: 'Fix it before it tips over.',
          address: 'Market gate',
          who: { name: 'Chris Example', phone: '555 0123' },
        })
        yield { minutes: 20 }
        await accept(id, 'officer')
        yield { days: 1 }
        await answer(
          id,
          'roads-head',
          {
            asked: 'Fix the loose cover at the market gate.',
            facts: 'The frame is worn. It was wedged the same day, which holds for some weeks.',
            rule: 'Road Maintenance Rules, section 12: covers lie flush and do not move.',
            remedy: 'The frame will be replaced.',
          },
          'yes',
          21,
        )
        yield { days: 2 }
        await agree(id, 4)
      },
    },
    {
      begins: when.daysAgo(63),
      play: async function* silent({ file, accept, answer }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'question',
          category: 'information',
          what: '老人优待证在哪里办，需要带什么材料？',
          wanted: '请告诉我办理流程。',
          who: { name: '许二十', phone: '555 0124' },
        })
        yield { hours: 4 }
        await accept(id, 'services-officer')
        yield { days: 1 }
        await answer(
          id,
          'services-head',
          {
            asked: '优待证办理地点与材料。',
            facts: '在便民服务中心二号窗口办理，带身份证和一张一寸照片，当场领取。',
            rule: '《老年人优待办法》第八条。',
          },
          'explained',
        )
      },
    },
    {
      begins: when.daysAgo(70),
      play: async function* answeredLate({ file, accept, answer, agree }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'stray-animals',
          what: 'Three dogs without an owner live behind the warehouse and follow the children home.',
          wanted: 'Somebody should come for them.',
          address: 'Warehouse, River Street',
          who: { name: 'Toni Sample', phone: '555 0125' },
        })
        yield { days: 9 }
        await accept(id, 'sanitation-officer')
        yield { days: 52 }
        await answer(
          id,
          'sanitation-head',
          {
            asked: 'Take in the three dogs behind the warehouse.',
            facts:
              'All three were taken to the shelter. That it took so long was our fault: the case lay on a desk of somebody on leave.',
            rule: 'Rules on the Keeping of Dogs, section 17.',
          },
          'yes',
        )
        yield { days: 2 }
        await agree(id, 2)
      },
    },
    {
      begins: when.daysAgo(19),
      play: async function* openedAgain({ file, accept, answer, agree, reopen }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'grievance',
          category: 'refuse',
          what: '东村磨坊巷的垃圾桶三天没有人清，味道很大，苍蝇成群。',
          wanted: '请恢复每天清运。',
          address: '东村磨坊巷',
          who: { name: '何廿一', phone: '555 0126' },
        })
        yield { hours: 2 }
        await accept(id, 'cleaning-head')
        yield { days: 2 }
        await answer(
          id,
          'cleaning-head',
          {
            asked: '恢复每日清运。',
            facts: '清运车故障停了三天，现已修复并补清。',
            rule: '《生活垃圾管理办法》第十六条：日产日清。',
          },
          'yes',
        )
        yield { days: 5 }
        await agree(id, 4)
        yield { days: 4 }
        await reopen(id, '又是三天没有人来清了。')
      },
    },
    {
      begins: when.daysAgo(5),
      play: async function* withdrawn({ file, accept, withdraw }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'power-cut',
          what: 'The power has gone off every evening at seven since Sunday.',
          wanted: 'Find out why.',
          address: '8 Hill Street',
          who: { name: 'Dana Placeholder', phone: '555 0127' },
        })
        yield { hours: 3 }
        await accept(id, 'water-officer')
        yield { days: 2 }
        await withdraw(id, 'It was our own heater. Sorry for the trouble.')
      },
    },
    {
      begins: when.daysAgo(4),
      play: async function* declined({ file, decline }) {
        const id = await file({
          language: 'zh-CN',
          kind: 'dispute',
          category: 'rent-contract',
          what: '房东不退押金，我已经到法院起诉，下个月开庭。',
          wanted: '请政府让房东先把押金退给我。',
          address: '西村果园路5号',
          who: { name: '吕廿二', phone: '555 0128' },
        })
        yield { days: 1, hours: 3 }
        await decline(id, 'mediator', '您已就同一争议向法院起诉，法院将依法审理，我会不宜另行处理。')
      },
    },
    {
      begins: when.daysAgo(52),
      play: async function* declinedAndSilent({ file, decline }) {
        const id = await file({
          language: 'en',
          kind: 'grievance',
          category: 'land-compensation',
          what: 'The compensation for my field is too low. I have sued, and the court has not decided yet.',
          wanted: 'Pay what the neighbours got.',
          address: 'Upper Field, East Village',
          who: { name: 'Jamie Specimen', phone: '555 0129' },
        })
        yield { days: 1 }
        await decline(
          id,
          'services-head',
          'The court has the matter before it. Whatever it decides, we shall carry out.',
        )
      },
    },
  ]
}
