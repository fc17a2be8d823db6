/** `pushbench list`: the transports and the scenarios, with the question that each answers. */
import type { Command } from 'commander';
import { SCENARIOS, scenario } from '../scenarios/index.ts';
import { PROFILES, PROFILE_NAMES } from '../scenarios/profiles.ts';
import { FLOORS, TRANSPORTS, transport } from '../scenarios/transports.ts';
import { print } from './terminal.ts';

export function addList(program: Command): void {
  program
    .command('list')
    .description('list transports, scenarios and profiles')
    .option('--json', 'as one JSON document')
    .action(({ json }: { json?: boolean }) => {
      const scenarios = SCENARIOS.map((name) => {
        const { question, transports = TRANSPORTS } = scenario(name);
        return { name, question, transports };
      });
      const transports = TRANSPORTS.map((name) => ({
        name,
        binary: transport(name).server.binary,
        floor: FLOORS.includes(name),
      }));
      const profiles = PROFILE_NAMES.map((name) => ({ name, takes: PROFILES[name].takes }));
      if (json === true) return print(JSON.stringify({ transports, scenarios, profiles }));
      return print(
        [
          'Transports',
          ...transports.map(
            ({ name, binary, floor }) =>
              `  ${name.padEnd(15)} ${binary ? 'text and binary' : 'text'}${floor ? '; the limit, no choice' : ''}`,
          ),
          '\nScenarios',
          ...scenarios.map(({ name, question }) => `  ${name.padEnd(15)} ${question}`),
          '\nProfiles (the whole suite on 2 cores)',
          ...profiles.map(({ name, takes }) => `  ${name.padEnd(15)} ${takes}`),
        ].join('\n'),
      );
    });
}
