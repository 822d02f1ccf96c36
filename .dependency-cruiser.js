// The import law of the folders: see CONTRIBUTING.md.
const features =
  'org|identity|access|setup|packs|obligations|audit|notify|cases|front|review|mediation|consultation|reception|stats|api|open311|webhooks|connectors|feeds|exchange|demo'

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/(platform|ui)/' },
      to: { path: `^src/(${features})/` },
    },
    {
      name: 'platform-knows-no-page',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/ui/' },
    },
    {
      name: 'the-office-knows-no-case',
      comment: 'org, identity, access, audit and notify serve every feature and know none of them',
      severity: 'error',
      from: { path: '^src/(org|identity|access|audit|notify|packs)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^src/(cases|front|reception|stats|api|open311|webhooks|connectors|feeds|exchange|demo)/' },
    },
    {
      name: 'rules-are-pure',
      comment: 'rules, lifecycle and permissions import no database, clock, HTTP or page',
      severity: 'error',
      from: { path: '^src/[^/]+/(rules([.]ts|/)|lifecycle[.]ts|permissions[.]ts)', pathNot: '[.]test[.]ts$' },
      to: {
        path: '^src/(platform/(database|http|files|mail)|ui)/|/(store|actions|routes|pages|jobs)([.]ts|/)|^node_modules/(pg|kysely|fastify)/|^node:(fs|net|http)',
        pathNot: '^src/(ui/html|platform/mail/message)[.]ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'only-the-front-of-a-feature',
      comment:
        "another feature may use a feature's rules, reads, actions, permissions and page parts, not its store or routes",
      severity: 'error',
      from: { path: '^src/([^/]+)/', pathNot: '[.]test[.]ts$' },
      to: { path: '^src/(?!platform|ui)[^/]+/(store|routes|forms)([.]ts|/)', pathNot: '^src/$1/' },
    },
    {
      name: 'tests-stay-out',
      severity: 'error',
      from: { path: '^src/', pathNot: '[.]test[.]ts$' },
      to: { path: '[.]test[.]ts$|^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    moduleSystems: ['es6'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
