// Builds dist/: the command line with tsc, the report page's browser code and the measured processes with esbuild. Runs on `npm ci` (prepare, with
// --clean so that a package holds nothing stale) and before start and test (without, for the sake of speed).
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
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
mkdirSync(`${root}/dist/report/page`, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: ['report/page/main.ts'],
  outfile: 'dist/report/page/page.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
});
// A server and a generator start for every measurement. As one file each they start in two thirds of the time that their
// many modules take, which is what keeps the quick profile under a minute.
await build({
  absWorkingDir: root,
  entryPoints: ['server', 'server-worker', 'target', 'generator', 'relay', 'codecs'].map(
    (role) => `scenarios/runner/${role}-process.ts`,
  ),
  outdir: 'dist/scenarios/runner',
  allowOverwrite: true,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  // Fastify asks for these only where a route has a schema, and none has: see NO_COMPILERS in servers/http.ts.
  external: ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler'],
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  legalComments: 'eof',
  logLevel: 'warning',
});
copyFileSync(`${root}/report/page/page.css`, `${root}/dist/report/page/page.css`);
chmodSync(`${root}/dist/cli/main.js`, 0o755);
