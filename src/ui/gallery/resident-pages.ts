import { dueBadge } from '../case/due-badge.ts'
import { messages } from '../case/messages.ts'
import { caseNumber, receiptCode } from '../case/numbers.ts'
import { timeline } from '../case/timeline.ts'
import { details, insetText, panel, warningText } from '../content/callouts.ts'
import { summaryList } from '../content/summary-list.ts'
import { button, buttonGroup, linkButton } from '../form/button.ts'
import { checkbox, checkboxes, radios } from '../form/choices.ts'
import { dateInput } from '../form/date-input.ts'
import { fileUpload } from '../form/file-upload.ts'
import { form } from '../form/form.ts'
import { formState } from '../form/form-state.ts'
import { locateButton } from '../form/locate-button.ts'
import { searchableChoices } from '../form/searchable-choices.ts'
import { select } from '../form/select.ts'
import { textInput } from '../form/text-input.ts'
import { textarea } from '../form/textarea.ts'
import { html } from '../html.ts'
import type { Page } from '../layout.ts'
import { backLink, progress, tiles } from '../navigation/links.ts'
import type { PageContext } from '../page-context.ts'
import type { Say } from './samples.ts'

type Context = PageContext & { say: Say }

/** The front page. */
export function frontPage({ say }: Context): Page {
  return {
    title: say('Raise a problem', '反映问题'),
    main: html`<h1 class="govuk-heading-xl">${say('Something wrong? We must answer.', '遇到问题？我们必须答复。')}</h1>
<p class="govuk-body-l">${say('Tell us what happened. A named official answers you within the legal time, and you may ask for a second look.', '请告诉我们发生了什么。将由具名的负责人在法定期限内答复您，您也可以申请复查。')}</p>
${tiles([
  {
    href: '/file',
    title: say('Raise a problem', '反映问题'),
    text: say('Two minutes. No account needed; you may stay anonymous.', '约两分钟。无需注册，可以匿名。'),
  },
  {
    href: '/follow',
    title: say('Follow a case', '查询进展'),
    text: say('With your case number and receipt code.', '凭事项编号和回执码查询。'),
  },
])}
${insetText(say('You get a first reply within 2 working days and an answer within 30 days.', '2 个工作日内告知受理情况，30 日内给出答复。'))}`,
  }
}

/** A form with every kind of field, as first opened or as it comes back with faults. */
export function formPage({ t, say }: Context, isFaulty: boolean): Page {
  const typed = isFaulty
    ? {
        what: say('The street light has been out since ', '路灯从二月起一直不亮，').repeat(20),
        who: 'named',
        name: '',
        topics: ['light', 'noise'],
        'since-day': '31',
        'since-month': '2',
        'since-year': '2026',
      }
    : {}
  const state = formState(
    t,
    typed,
    isFaulty
      ? ['what', 'who', 'name', 'email', 'topics', 'since', 'district', 'photos', 'consent'].map(field => ({
          field,
          text: 'ui.characters.over',
          values: { n: 20 },
        }))
      : [],
  )
  const fields = html`
${textarea(t, { ...state.field('what'), label: say('What happened?', '发生了什么？'), labelSize: 'm', hint: say('What you saw, since when, and what would put it right.', '您看到了什么、从何时开始、希望怎样解决。'), limit: 200 })}
${radios(t, {
  ...state.field('who'),
  label: say('Who are you?', '您的身份'),
  labelSize: 'm',
  hint: say(
    'The unit that handles your case never sees a protected name.',
    '选择保护身份后，办理单位看不到您的姓名。',
  ),
  choices: [
    {
      value: 'named',
      label: say('With my name', '实名'),
      reveals: html`${textInput(t, { ...state.field('name'), label: say('Your name', '姓名'), autocomplete: 'name', width: 20 })}${textInput(t, { ...state.field('email'), label: say('Email address', '电子邮箱'), type: 'email', autocomplete: 'email', hint: say('We write only about this case.', '仅用于本事项的通知。') })}`,
    },
    {
      value: 'protected',
      label: say(
        'Protected: my identity is sealed from the unit that handles the case',
        '保护身份：对办理单位密封我的身份信息',
      ),
      hint: say(
        'An auditor can open it for a stated purpose, and you will see that they did.',
        '仅审计员可因写明的理由查看，且您会看到查看记录。',
      ),
    },
    { divider: say('or', '或') },
    { value: 'anonymous', label: say('Anonymous', '匿名') },
  ],
})}
${checkboxes(t, {
  ...state.list('topics'),
  label: say('What is it about?', '涉及哪些方面？'),
  choices: [
    { value: 'light', label: say('Lighting', '照明') },
    { value: 'noise', label: say('Noise', '噪声') },
    { value: 'waste', label: say('Waste', '垃圾') },
  ],
})}
${radios(t, {
  name: 'own',
  label: say('Is it about this institution itself?', '是否涉及本机构自身的行为？'),
  inline: true,
  choices: [
    { value: 'yes', label: say('Yes', '是') },
    { value: 'no', label: say('No', '否') },
  ],
  value: 'no',
})}
${dateInput(t, { ...state.field('since'), label: say('Since when?', '从什么时候开始？'), hint: say('For example 27 3 2026', '例如 2026 年 3 月 27 日'), typed })}
${select(t, {
  ...state.field('district'),
  label: say('Part of the county', '所在片区'),
  options: [
    { value: '', text: say('Choose one', '请选择') },
    { group: say('North', '北部'), options: [{ value: 'a', text: say('Old Town', '老城') }] },
    {
      group: say('South', '南部'),
      options: [
        {
          value: 'b',
          text: say('The harbour and the streets behind the fish market', '港口及鱼市场后街一带'),
        },
      ],
    },
  ],
})}
${fileUpload(t, { ...state.field('photos'), label: say('Photos or documents', '照片或文件'), hint: say('Up to 10 files of 15 MB each: jpeg, png, webp, heic, pdf, docx.', '最多 10 个文件，每个不超过 15 MB：jpeg、png、webp、heic、pdf、docx。'), multiple: true })}
${textInput(t, { name: 'lat', id: 'lat', label: say('Latitude', '纬度'), inputmode: 'decimal', width: 10, suffix: '°' })}
${textInput(t, { name: 'lon', id: 'lon', label: say('Longitude', '经度'), inputmode: 'decimal', width: 10, suffix: '°' })}
${locateButton(t, { latitudeId: 'lat', longitudeId: 'lon' })}
${checkbox(t, { ...state.field('consent'), value: 'yes', checked: false, label: say('I agree that the other side may read what I wrote', '我同意对方看到我填写的内容'), hint: say('Without this there is no mediation.', '不同意则无法进行调解。') })}
${warningText(t, say('The time to answer begins when you send this.', '提交后答复时限开始计算。'))}
${buttonGroup(button({ text: say('Continue', '继续') }), button({ text: say('Save and come back later', '保存，以后再填'), kind: 'secondary', name: 'later', value: '1', unchecked: true }), html`<a class="govuk-link" href="/">${say('Cancel', '取消')}</a>`)}`
  return {
    title: say('What happened?', '发生了什么？'),
    invalid: state.invalid,
    keepForm: { id: 'filing', action: '/file/what' },
    before: backLink(t, '/file'),
    main: html`<div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds">${state.summary}${progress(t, { step: 3, of: 8 })}<h1 class="govuk-heading-l">${say('What happened, and what would put it right?', '发生了什么？怎样才算解决？')}</h1>${form({ id: 'filing', action: '/file/what', files: true, hidden: { key: 'abc' }, content: fields })}</div></div>`,
  }
}

/** The question for the category, with groups that open. */
export function categoryPage({ t, say }: Context): Page {
  return {
    title: say('What is it about?', '问题类别'),
    before: backLink(t, '/file'),
    main: html`${progress(t, { step: 2, of: 8 })}${form({
      action: '/file/category',
      content: html`${searchableChoices(t, {
        name: 'category',
        label: say('What is it about?', '您要反映哪一类问题？'),
        isHeading: true,
        value: 'light',
        groups: [
          {
            title: say('Streets and lights', '道路与照明'),
            choices: [
              { value: 'light', label: say('Street light out or damaged', '路灯不亮或损坏') },
              {
                value: 'hole',
                label: say('Hole in the road', '路面坑洞'),
                hint: say('Also sunken covers.', '包括井盖下沉。'),
              },
            ],
          },
          {
            title: say('Water and waste', '供水与垃圾'),
            choices: [
              { value: 'water', label: say('No water, or water that is not clean', '停水或水质问题') },
            ],
          },
          {
            title: say('Schools', '学校'),
            choices: [{ value: 'meal', label: say('School meals', '校园餐') }],
          },
        ],
      })}${button({ text: say('Continue', '继续') })}`,
    })}`,
  }
}

/** The page to check what will be sent. */
export function checkPage({ t, say }: Context): Page {
  const change = (href: string, hidden: string): { href: string; text: string; hidden: string } => ({
    href,
    text: say('Change', '修改'),
    hidden,
  })
  return {
    title: say('Check your answers', '请核对'),
    before: backLink(t, '/file/who'),
    main: html`<h1 class="govuk-heading-l">${say('Check your answers', '请核对您填写的内容')}</h1>${summaryList(
      [
        {
          key: say('Category', '类别'),
          value: say('Street light out or damaged', '路灯不亮或损坏'),
          change: change('/file/category', say('category', '类别')),
        },
        {
          key: say('What happened', '发生了什么'),
          value: html`<div class="app-written">${say('The light before number 14 has been out since February.\nIt is dark and people fall.', '十四号门前的路灯从二月起就不亮了。\n晚上很黑，有人摔倒。')} https://example.org/${'a'.repeat(90)}</div>`,
          change: change('/file/what', say('what happened', '发生了什么')),
        },
        { key: say('Answered by', '由谁答复'), value: say('Road office', '道路管理所') },
      ],
    )}${form({ action: '/file/send', content: button({ text: say('Send', '提交') }) })}`,
  }
}

/** The receipt. */
export function receiptPage({ t, say }: Context): Page {
  return {
    title: say('Receipt', '回执'),
    main: html`${panel({ title: say('We have your case', '已收到您的事项'), body: html`${say('Case number', '事项编号')} <strong>${caseNumber('2026-000123-7')}</strong><br>${say('Receipt code', '回执码')}<br>${receiptCode(t, '4830 1175 9204 6631')}` })}
${warningText(t, say('Write the code down or print this page: it is shown only now.', '请抄下回执码或打印本页：回执码仅显示这一次。'))}
<div class="govuk-button-group app-no-print">${linkButton({ text: say('Follow this case', '查看进展'), href: '/follow' })}</div>`,
  }
}

/** The resident's view of a case. */
export function followPage(ctx: Context): Page {
  const { t, say } = ctx
  const at = (text: string): Temporal.Instant => Temporal.Instant.from(text)
  return {
    title: say('Your case', '您的事项'),
    main: html`<h1 class="govuk-heading-l">${say('Street light out', '路灯不亮')}</h1>
<p class="govuk-body">${say('The road office must answer by Thursday 2 April 2026.', '道路管理所须在2026年4月2日（星期四）前答复。')} ${dueBadge(t, { state: 'running', used: 0.55, left: { amount: 13, unit: 'working-day' } })}</p>
${details({ summary: say('How this date came about', '这个日期是怎么算出来的'), content: html`<p class="govuk-body">${say('30 days from acceptance on 3 March.', '自3月3日受理之日起30日。')}</p>` })}
<h2 class="govuk-heading-m">${say('What happened so far', '办理过程')}</h2>
${timeline(ctx, [
  { at: at('2026-04-02T15:59:00Z'), title: say('Answer due', '答复期限'), tone: 'future' },
  {
    at: at('2026-03-12T02:10:00Z'),
    title: say('Asked the repair crew for a date', '已请维修队确定维修时间'),
    by: say('Chen Li, road office', '道路管理所 陈丽'),
    body: html`<p class="govuk-body">${say('The crew needs a lift that is in repair until the 20th.', '维修队的升降车正在检修，20日后可用。')}</p>`,
  },
  { at: at('2026-03-05T09:00:00Z'), title: say('First reply was late', '首次告知超期'), tone: 'problem' },
  {
    at: at('2026-03-03T01:00:00Z'),
    title: say('Accepted', '已受理'),
    by: say('road office', '道路管理所'),
    tone: 'milestone',
  },
])}
<h2 class="govuk-heading-m">${say('Messages', '留言')}</h2>
${messages(ctx, [
  {
    at: at('2026-03-10T02:10:00Z'),
    own: false,
    by: say('Road office', '道路管理所'),
    text: say('Is it the light before number 14 or number 16?', '请问是14号还是16号门前的路灯？'),
  },
  {
    at: at('2026-03-10T04:10:00Z'),
    own: true,
    by: say('You', '您'),
    text: say('Number 14.\nThe pole is also bent.', '14号。\n灯杆也歪了。'),
    files: html`<a class="govuk-link" href="/f/1">pole.jpg</a>`,
  },
])}`,
  }
}
