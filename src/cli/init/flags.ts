import type { Command } from 'commander';
import { addExamples } from '../command/help.ts';

/** The options of `opsdeck init`. */
export interface InitFlags {
  readonly out?: string;
  readonly force?: boolean;
  /** False with `--no-check`. */
  readonly check: boolean;
}

/** Declares `opsdeck init` with its options. */
export const declareInit = (command: Command): Command =>
  addExamples(
    command
      .summary('write a first profile for the systems found on this machine')
      .description(
        'Write a first profile from the current kubeconfig context, the Compose files of this directory, PG and KAFKA variables ' +
          'and a Prometheus on loopback. Prints what was found and what was not, validates the profile and reads the sources ' +
          'once. The profile permits no changes. --env SYSTEM/ENV sets the name (default: this directory, production).\n\n' +
          'Exit codes: 0 the profile was written, 4 usage error, no system found, or the profile exists, 130 canceled.',
      )
      .option(
        '--out <dir>',
        'write the profile into this directory (default: that of --profiles, else profiles)',
      )
      .option('--force', 'replace an existing profile after asking. The old file is kept beside the new one')
      .option('--no-check', 'do not read the sources after the profile is written'),
    [
      ['opsdeck init', 'write profiles/NAME/production.yaml'],
      ['opsdeck init --env shop/staging --no-check', 'use another name, and contact no source'],
    ],
  );
