import type { Story, Wait } from '../play.ts'
import type { Scene } from '../scene.ts'
import type { When } from '../when.ts'

/** Cases that a higher unit looks at again, or has: asked for, upheld, changed, sent back, heard, final. */
export function reviewStories(when: When): Story[] {
  return [
    {
      begins: when.daysAgo(16),
      play: async function* reviewAsked(scene) {
        const id = yield* noNewSign(scene, '9 Mill Street', 'Charlie Example')
        yield { days: 3 }
        await scene.askReview(id, 'Nobody came to look. The answer describes the wrong crossing.')
      },
    },
    {
      begins: when.daysAgo(31),
      play: async function* upheld(scene) {
        const id = yield* noNewSign(scene, '41 Station Road', 'Frankie Sample')
        yield { days: 4 }
        await scene.askReview(id, 'Two hundred cars an hour is not little.')
        yield { days: 8 }
        await scene.review(
          id,
          'mayor',
          {
            asked: 'A zebra crossing at 41 Station Road.',
            facts: 'We had the cars counted again on a market day: 180 an hour at most.',
            rule: 'Guidelines for Pedestrian Crossings, table 2: from 300 cars an hour.',
            reasons: 'The number is well below that of the guidelines, on the busiest day too.',
          },
          'upheld',
        )
      },
    },
    {
      begins: when.daysAgo(58),
      play: async function* changed(scene) {
        const id = yield* benefitRefused(scene, '施廿三')
        yield { days: 5 }
        await scene.askReview(id, '我的户籍去年已经迁来，窗口查的是旧记录。')
        yield { days: 7 }
        await scene.review(
          id,
          'mayor',
          {
            asked: '发放高温补贴。',
            facts: '经调取系统记录，申请人已于去年十一月迁入。',
            rule: '《困难群众救助办法》第六条。',
            reasons: '原答复所依据的记录已经过时，申请人符合条件。',
            remedy: '补发全部补贴。',
          },
          'changed',
        )
        yield { days: 3 }
        await scene.agree(id, 4)
      },
    },
    {
      begins: when.daysAgo(24),
      play: async function* sentBack(scene) {
        const id = yield* benefitRefused(scene, '张廿四')
        yield { days: 3 }
        await scene.askReview(id, '答复里没有说明为什么不符合条件。')
        yield { days: 6 }
        await scene.review(
          id,
          'mayor',
          {
            asked: '说明不予发放的理由。',
            facts: '原答复没有写明核查了哪些材料。',
            rule: '《困难群众救助办法》第九条：不予批准的应当书面说明理由。',
            reasons: '理由不清，退回重新办理。',
          },
          'sent-back',
        )
      },
    },
    {
      begins: when.daysAgo(44),
      play: async function* heardInFinalReview(scene) {
        const id = yield* schoolPlace(scene, 'Riley Placeholder')
        yield { days: 5 }
        await scene.askReview(id, 'The distance was measured along the motorway.')
        yield { days: 8 }
        await scene.review(
          id,
          'mayor',
          schoolPlaceWritten('The way was measured again on foot: 2.4 km.'),
          'upheld',
        )
        yield { days: 6 }
        await scene.askReview(id, 'On foot there is no pavement for half of it.')
        yield { days: 10 }
        await scene.hearing(id, 'oversight-head', 12)
      },
    },
    {
      begins: when.daysAgo(66),
      play: async function* final(scene) {
        const id = yield* schoolPlace(scene, 'Quinn Specimen')
        yield { days: 4 }
        await scene.askReview(id, 'A place became free the week after.')
        yield { days: 9 }
        await scene.review(
          id,
          'mayor',
          schoolPlaceWritten('The free place went to the child next on the list.'),
          'upheld',
        )
        yield { days: 7 }
        await scene.askReview(id, 'Nobody showed us that list.')
        yield { days: 9 }
        await scene.review(
          id,
          'oversight-head',
          {
            ...schoolPlaceWritten(
              'The list was laid before us. Three children with a shorter way come before yours.',
            ),
            reasons:
              'The order of the list follows the rules. That it was not shown to you was wrong, and it is enclosed now.',
          },
          'upheld',
        )
      },
    },
  ]
}

type Steps = AsyncGenerator<Wait, string, undefined>

async function* noNewSign({ file, accept, answer }: Scene, address: string, name: string): Steps {
  const id = await file({
    language: 'en',
    kind: 'suggestion',
    category: 'traffic-signs',
    what: `There should be a zebra crossing at ${address}. Old people wait for minutes to get across.`,
    wanted: 'A zebra crossing, or at least a sign.',
    address,
    who: { name, phone: '555 0130' },
  })
  yield { hours: 5 }
  await accept(id, 'officer')
  yield { days: 7 }
  await answer(
    id,
    'roads-head',
    {
      asked: `A zebra crossing at ${address}.`,
      facts: 'The road is used by some 150 cars an hour.',
      rule: 'Guidelines for Pedestrian Crossings, table 2: from 300 cars an hour.',
    },
    'no',
  )
  return id
}

async function* benefitRefused({ file, accept, answer }: Scene, name: string): Steps {
  const id = await file({
    language: 'zh-CN',
    kind: 'grievance',
    category: 'benefits',
    what: '申请高温补贴被退回，说我不符合条件，可是邻居和我情况一样都领到了。',
    wanted: '请重新核实并发放补贴。',
    who: { name, phone: '555 0131' },
  })
  yield { hours: 4 }
  await accept(id, 'services-officer')
  yield { days: 4 }
  await answer(
    id,
    'services-head',
    {
      asked: '发放高温补贴。',
      facts: '系统显示申请人不在本镇发放范围内。',
      rule: '《困难群众救助办法》第六条：面向本镇居民。',
    },
    'no',
  )
  return id
}

async function* schoolPlace({ file, accept, answer }: Scene, name: string): Steps {
  const id = await file({
    language: 'en',
    kind: 'grievance',
    category: 'admissions',
    what: 'Our daughter did not get a place at the nearest school, though her brother is there.',
    wanted: 'A place for her at the same school.',
    address: 'Orchard Road, West Village',
    who: { name, phone: '555 0132' },
  })
  yield { hours: 6 }
  await accept(id, 'schools-officer')
  yield { days: 5 }
  await answer(
    id,
    'schools-head',
    schoolPlaceWritten('The school is full, and the next one is 2.1 km away.'),
    'no',
  )
  return id
}

function schoolPlaceWritten(facts: string) {
  return {
    asked: 'A place at the nearest school.',
    facts,
    rule: 'Rules on School Admissions, section 11: by the length of the way to school.',
    reasons:
      'Places are given by the length of the way; brothers and sisters decide only where it is the same.',
  }
}
