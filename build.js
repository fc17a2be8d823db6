// Builds dist/ with tsc, and what must start fast (command line, measured processes) or run in a browser with esbuild. Runs
// on `npm ci` (prepare, with --clean so that a package holds nothing stale) and before start and test (without, for speed).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, relative } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const root = import.meta.dirname;
if (process.argv.includes('--clean')) rmSync(`${root}/dist`, { recursive: true, force: true });
try {
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
} catch {
  console.error('pushbench: the build stopped on the type errors above.');
  process.exit(1);
}

const bundle = { absWorkingDir: root, bundle: true, logLevel: 'warning' };
const inBrowser = { ...bundle, minify: true, format: 'iife', target: 'es2022', legalComments: 'none' };
const inNode = {
  ...bundle,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  allowOverwrite: true,
  // Fastify asks for these only where a route has a schema, and none has: see NO_COMPILERS in servers/http.ts.
  external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'eof',
};

mkdirSync(`${root}/dist/report/page`, { recursive: true });
await build({ ...inBrowser, entryPoints: ['report/page/main.ts'], outfile: 'dist/report/page/page.js' });
await build({ ...inBrowser, entryPoints: ['report/page/live.ts'], outfile: 'dist/report/page/live.js' });
await build({ ...inBrowser, entryPoints: ['report/page/demo/main.ts'], outfile: 'dist/report/page/demo.js' });

// A server and a generator start for every measurement. As one file each they start in two thirds of the time that their
// many modules take, which is what keeps the quick profile under a minute.
await build({
  ...inNode,
  entryPoints: ['server', 'server-worker', 'target', 'generator', 'relay', 'codecs'].map(
    (role) => `scenarios/runner/${role}-process.ts`,
  ),
  outdir: 'dist/scenarios/runner',
});

// The command line, too: hundreds of small modules take longer to find than to run. What a module looks for beside itself
// (processes that it forks, the page's script) stands beside the module that tsc has built, and not beside the bundle.
const fromItsPlace = {
  name: 'from-its-place',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const place = relative(`${root}/cli`, path).replaceAll('\\', '/');
      const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
      const folder = `(import.meta.dirname + ${JSON.stringify(`/${dirname(place)}`)})`;
      const source = readFileSync(path, 'utf8').replaceAll('import.meta.dirname', folder);
      return { loader: 'ts', contents: source.replaceAll('import.meta.url', url) };
    }),
};
await build({ ...inNode, entryPoints: ['cli/main.ts'], outfile: 'dist/cli/main.js', plugins: [fromItsPlace] });

for (const style of ['page.css', 'live.css']) {
  copyFileSync(`${root}/report/page/${style}`, `${root}/dist/report/page/${style}`);
}
copyFileSync(`${root}/report/page/demo/demo.css`, `${root}/dist/report/page/demo.css`);
chmodSync(`${root}/dist/cli/main.js`, 0o755);
