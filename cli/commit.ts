/** Which commit a run is of: as given, else as GitHub Actions says, else as git says. */
import { execFileSync } from 'node:child_process';
import { COMMIT } from '../results/history.ts';
import { UsageError } from './failure.ts';

/** @throws UsageError where nothing tells it, or what tells it is no hash */
export function commitFrom(flag: string | undefined, env: NodeJS.ProcessEnv, cwd: string): string {
  if (flag !== undefined) return checked(flag, '--commit');
  const sha = env['GITHUB_SHA'];
  if (sha !== undefined && sha !== '') return checked(sha, 'GITHUB_SHA');
  return checked(headOf(cwd), 'git rev-parse HEAD');
}

function checked(text: string, where: string): string {
  const commit = text.trim().toLowerCase();
  if (COMMIT.test(commit)) return commit;
  throw new UsageError(
    `${where} "${text}" is no commit: it must be the hash, 7 to 64 hexadecimal digits. Try --commit "$(git rev-parse HEAD)".`,
  );
}

/** Without a shell: nothing of a folder's name is a command. */
function headOf(cwd: string): string {
  try {
    return execFileSync('git', ['rev-parse', '--verify', 'HEAD'], {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    throw new UsageError(
      'Which commit this run is of is not known: this folder is in no git repository. Give --commit SHA.',
    );
  }
}
