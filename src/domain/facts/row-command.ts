import type { FactKind, FactTypes } from './facts.ts';

/** A row that a person wants to read with the tools of the system: a fact, a signal with its `read:`, a log stream. */
export type CommandRow =
  | { [K in FactKind]: { readonly kind: K; readonly fact: FactTypes[K] } }[FactKind]
  | {
      readonly kind: 'signal';
      readonly read: Readonly<Record<string, unknown>>;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'stream';
      /** Its name in the source, as of its tail. */
      readonly name: string;
    };

/**
 * Builds the command that reads a row by hand: argv without credentials, for a shell of the user. Undefined if there is
 * none. `dir`: the directory of the profile, for relative paths.
 */
export type RowCommand<C> = (config: C, row: CommandRow, dir: string) => readonly string[] | undefined;
