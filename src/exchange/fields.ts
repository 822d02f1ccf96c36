import type { TextKey } from '../platform/i18n/text-key.ts'
import { translator } from '../platform/i18n/translator.ts'
import { compared } from './values.ts'

/** What can be imported. */
export const importKinds = ['units', 'staff', 'categories', 'cases'] as const
export type ImportKind = (typeof importKinds)[number]

/** A field that a column of a file may fill; `required` ones a file cannot do without. */
export type Field = { name: string; label: TextKey; required: boolean; known: readonly string[] }

const field = (kind: ImportKind, name: string, known: string, required = false): Field => ({
  name,
  label: `exchange.field.${kind}.${name}` as TextKey,
  required,
  known: known.split('|').filter(Boolean),
})

/**
 * The fields of each kind, with names that columns often have for them besides our own labels in both languages: a file
 * that left here is understood without a question.
 */
export const fieldsOf: Readonly<Record<ImportKind, readonly Field[]>> = {
  units: [
    field('units', 'name-en', 'name|unit|unit name|department|agency|organisation|organization|english name'),
    field('units', 'name-zh', '名称|机构|机构名称|单位|单位名称|部门|部门名称|中文名'),
    field('units', 'parent', 'parent|parent unit|belongs to|上级|上级单位|上级部门|所属机构'),
    field('units', 'functions', 'function|handles|职能|职责'),
    field('units', 'areas', 'areas|area|covers|territory|辖区|管辖范围|覆盖区域'),
  ],
  staff: [
    field('staff', 'name', 'full name|staff|staff name|person|人员|人员姓名|名字', true),
    field('staff', 'email', 'email|e-mail|mail|email address|邮箱|电子邮件|邮件地址', true),
    field('staff', 'title-en', 'title|position|post|job title'),
    field('staff', 'title-zh', '职务|职位|岗位'),
    field('staff', 'role', 'roles|权限|岗位角色'),
    field('staff', 'unit', 'department|agency|unit name|部门|单位|所属机构|所在单位'),
  ],
  categories: [
    field('categories', 'local', 'local category|local name|name|本地类别|原类别|类别名称|名称', true),
    field('categories', 'category', 'category code|code|standard category|规则类别|标准类别|类别代码', true),
    field('categories', 'kind', 'kind of case|类型|事项类型'),
  ],
  cases: [
    field(
      'cases',
      'key',
      'id|key|number|case|case number|reference|request id|unique key|编号|事项编号|事项|工单号|序号',
      true,
    ),
    field(
      'cases',
      'created',
      'created date|created at|date|opened|raised|filed|requested_datetime|提出日期|提交日期|受理时间|登记时间|创建时间|诉求时间',
      true,
    ),
    field(
      'cases',
      'what',
      'description|subject|text|details|content|complaint|内容|事项内容|诉求内容|描述|主题|标题',
      true,
    ),
    field('cases', 'closed', 'closed date|closed at|resolved|completed|办结日期|办结时间|完成时间|结案时间'),
    field('cases', 'status', 'state|状态|办理状态'),
    field('cases', 'category', 'complaint type|service|service_name|type|类别|事项类别|诉求类别|分类'),
    field('cases', 'address', 'location|place|street|incident address|地址|地点|事发地点|位置'),
    field('cases', 'latitude', 'lat|纬度'),
    field('cases', 'longitude', 'lon|long|lng|经度'),
    field(
      'cases',
      'answer',
      'resolution|resolution description|reply|outcome|status_notes|答复|办理结果|处理结果|答复内容',
    ),
    field('cases', 'unit', 'department|agency|agency_responsible|office|部门|单位|承办单位|责任单位'),
  ],
}

/** Which column fills which field, by the field's name. */
export type Choice = Readonly<Record<string, string>>

/** The coordinate that lacks its column while the other one has one: a place on the map needs both. */
export function missingCoordinate({ latitude, longitude }: Choice): 'latitude' | 'longitude' | undefined {
  if (!latitude === !longitude) return undefined
  return latitude ? 'longitude' : 'latitude'
}

/** The columns that seem to be meant for each field, by their names; a column is taken once. */
export function suggestChoice(kind: ImportKind, columns: readonly string[]): Choice {
  const choice: Record<string, string> = {}
  const free = new Map(columns.map(column => [compared(column), column]))
  const take = (name: string, known: readonly string[]) => {
    for (const one of known) {
      const column = free.get(compared(one))
      if (column === undefined || choice[name] !== undefined) continue
      choice[name] = column
      free.delete(compared(one))
    }
  }
  // Our own labels first, so that no looser name takes a column away from the field it was written for.
  for (const { name, label } of fieldsOf[kind])
    take(name, [translator('en')(label), translator('zh-CN')(label), name])
  for (const { name, known } of fieldsOf[kind]) take(name, known)
  return choice
}
