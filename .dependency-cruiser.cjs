// Who may import whom. The rooms and their directions; see "The rooms" in CONTRIBUTING.md.
const room = (name) => `^${name}/`;
const only = (from, allowed) => ({
  name: `${from}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: room(from), pathNot: '\\.(test|fixture)\\.ts$' },
  to: {
    path: '^(cli|servers|clients|scenarios|results|report)/',
    pathNot: [from, ...allowed].map((name) => `^${name}/`),
  },
});
module.exports = {
  forbidden: [
    only('servers', []),
    only('clients', []),
    only('results', []),
    only('report', ['results']),
    only('scenarios', ['servers', 'clients', 'results']),
    only('cli', ['scenarios', 'results', 'report']),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unused-files', severity: 'error', from: { orphan: true, pathNot: '\\.(test|fixture)\\.ts$' }, to: {} },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'] },
  },
};
