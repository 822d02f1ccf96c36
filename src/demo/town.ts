import { tokenOf } from '../access/token.ts'
import type { Role } from '../org/may.ts'
import type { Name } from '../org/reads.ts'

// The demo town: three levels of units, and staff whose names are numbered so that they can be nobody's.

const named = (en: string, zh: string): Name => ({ en, 'zh-CN': zh })

/** A unit of the demo town; `under` is another, or the institution itself. */
export type DemoUnit = {
  key: UnitKey
  under: UnitKey | 'root'
  name: Name
  functions: readonly string[]
  areas: readonly Name[]
}

const places = {
  east: [named('East Village', '东村'), named('Mill Lane', '磨坊巷')],
  west: [named('West Village', '西村'), named('Orchard Road', '果园路')],
  river: [named('River Community', '滨河社区'), named('Willow Court', '柳苑小区')],
}

export const demoUnits: readonly DemoUnit[] = [
  {
    key: 'roads',
    under: 'root',
    name: named('Roads and Lighting Office', '道路照明科'),
    functions: ['roads', 'street-lighting', 'traffic', 'street-order', 'public-transport'],
    areas: [],
  },
  {
    key: 'repairs',
    under: 'roads',
    name: named('Road Repair Team', '道路养护组'),
    functions: [],
    areas: [],
  },
  {
    key: 'lighting',
    under: 'roads',
    name: named('Street Lighting Team', '路灯维修组'),
    functions: [],
    areas: [],
  },
  {
    key: 'water',
    under: 'root',
    name: named('Water and Energy Office', '水务能源科'),
    functions: ['water', 'drainage', 'power', 'gas', 'heating'],
    areas: [],
  },
  {
    key: 'housing',
    under: 'root',
    name: named('Property and Housing Office', '房管物业科'),
    functions: ['property', 'housing', 'lifts', 'building-control', 'building-safety', 'fire-safety'],
    areas: [],
  },
  {
    key: 'sanitation',
    under: 'root',
    name: named('Sanitation and Environment Office', '环卫环保科'),
    functions: ['sanitation', 'noise', 'environment', 'animal-control', 'parks', 'food-safety'],
    areas: [],
  },
  {
    key: 'schools',
    under: 'root',
    name: named('School Office', '教育办公室'),
    functions: [
      'school-meals',
      'school-buildings',
      'school-transport',
      'pupil-safety',
      'admissions',
      'teaching',
    ],
    areas: [],
  },
  {
    key: 'services',
    under: 'root',
    name: named('Service Centre', '便民服务中心'),
    functions: ['counter-services', 'benefits', 'labour', 'land', 'information', 'fees', 'accessibility'],
    areas: [],
  },
  {
    key: 'mediation',
    under: 'root',
    name: named('Mediation Committee', '人民调解委员会'),
    functions: ['mediation'],
    areas: [],
  },
  { key: 'east', under: 'root', name: named('East Village', '东村'), functions: [], areas: places.east },
  {
    key: 'east-cleaning',
    under: 'east',
    name: named('East Village Cleaning Group', '东村保洁组'),
    functions: ['sanitation'],
    areas: [],
  },
  { key: 'west', under: 'root', name: named('West Village', '西村'), functions: [], areas: places.west },
  {
    key: 'river',
    under: 'root',
    name: named('River Community', '滨河社区'),
    functions: [],
    areas: places.river,
  },
  {
    key: 'river-property',
    under: 'river',
    name: named('River Community Property Group', '滨河社区物业组'),
    functions: ['property'],
    areas: [],
  },
]

/** A member of the demo town's staff. */
export type DemoStaff = {
  key: StaffKey
  name: string
  title: Name
  role: Role
  at: UnitKey | 'root' | 'oversight'
}

export type UnitKey =
  | 'roads'
  | 'repairs'
  | 'lighting'
  | 'water'
  | 'housing'
  | 'sanitation'
  | 'schools'
  | 'services'
  | 'mediation'
  | 'east'
  | 'east-cleaning'
  | 'west'
  | 'river'
  | 'river-property'

const staff = <K extends string>(
  key: K,
  name: string,
  title: Name,
  role: Role,
  at: DemoStaff['at'],
): Omit<DemoStaff, 'key'> & { key: K } => ({ key, name, title, role, at })

const officer = named('Case officer', '经办人')
const head = named('Head of the office', '科长')

const everybody = [
  staff('desk', 'Zhao Yi 赵一', named('Front desk', '窗口接待'), 'front-desk', 'root'),
  staff('officer', 'Qian Er 钱二', officer, 'case-officer', 'roads'),
  staff('lead', 'Sun San 孙三', named('Deputy head', '副科长'), 'lead', 'roads'),
  staff('roads-head', 'Li Si 李四', head, 'unit-head', 'roads'),
  staff('supervisor', 'Zhou Wu 周五', named('Supervisor', '督办专员'), 'supervisor', 'root'),
  staff('auditor', 'Wu Liu 吴六', named('Ombudsperson', '监察专员'), 'auditor', 'oversight'),
  staff('administrator', 'Zheng Qi 郑七', named('Administrator', '系统管理员'), 'administrator', 'root'),
  staff('mayor', 'Chen Ba 陈八', named('Head of the town', '镇长'), 'unit-head', 'root'),
  staff('oversight-head', 'Chu Jiu 褚九', named('Head of oversight', '监督办主任'), 'unit-head', 'oversight'),
  staff('water-officer', 'Wei Shi 卫十', officer, 'case-officer', 'water'),
  staff('water-head', 'Jiang Jia 蒋甲', head, 'unit-head', 'water'),
  staff('housing-officer', 'Shen Yi 沈乙', officer, 'case-officer', 'housing'),
  staff('housing-head', 'Han Bing 韩丙', head, 'unit-head', 'housing'),
  staff('sanitation-officer', 'Yang Ding 杨丁', officer, 'case-officer', 'sanitation'),
  staff('sanitation-head', 'Zhu Wu 朱戊', head, 'unit-head', 'sanitation'),
  staff('schools-officer', 'Qin Ji 秦己', officer, 'case-officer', 'schools'),
  staff(
    'schools-head',
    'You Geng 尤庚',
    named('Head of the School Office', '教育办主任'),
    'unit-head',
    'schools',
  ),
  staff('services-officer', 'Xu Xin 许辛', officer, 'case-officer', 'services'),
  staff('services-head', 'He Ren 何壬', named('Head of the centre', '中心主任'), 'unit-head', 'services'),
  staff('mediator', 'Lü Gui 吕癸', named('Mediator', '调解员'), 'unit-head', 'mediation'),
  staff('east-head', 'Shi Zi 施子', named('Village head', '村主任'), 'unit-head', 'east'),
  staff('cleaning-head', 'Zhang Chou 张丑', named('Group leader', '组长'), 'unit-head', 'east-cleaning'),
  staff('west-head', 'Kong Yin 孔寅', named('Village head', '村主任'), 'unit-head', 'west'),
  staff('river-head', 'Cao Mao 曹卯', named('Community director', '社区主任'), 'unit-head', 'river'),
  staff('property-head', 'Yan Chen 严辰', named('Group leader', '组长'), 'unit-head', 'river-property'),
] as const

export type StaffKey = (typeof everybody)[number]['key']

export const demoStaff: readonly DemoStaff[] = everybody

/** The address a member of the demo's staff signs in with; of a domain that can never exist (RFC 2606). */
export const demoEmail = (key: StaffKey): string => `${key}@demo.example`

/** One account for each role, all with the same easy password. For the demo only. */
export const demoPassword = 'willow-town-demo'

/** The token with which programs call the demo's Open311 interface. For the demo only, like the password. */
export const demoToken = tokenOf('w1110wt0wndem0000000000000')

/** The members of staff that can sign in, one for each role. */
export const demoAccounts: readonly StaffKey[] = [
  'desk',
  'officer',
  'lead',
  'roads-head',
  'supervisor',
  'auditor',
  'administrator',
]
