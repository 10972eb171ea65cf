import type { Danger } from '../domain/runbooks/operation.ts';

/** The danger of a program, by its verb and its options. */
export interface ProgramRule {
  /** By the first words that are no options: 'rollout restart', 'get'. */
  readonly verbs?: Readonly<Record<string, Danger>>;
  /** Danger of a verb that the table does not list, and of a program without verbs. Default: destructive. */
  readonly other?: Danger;
  /** Danger without any word: `psql` alone opens a console. Default: as `other`. */
  readonly alone?: Danger;
  /** Options that raise the danger to at least this. */
  readonly raise?: Readonly<Record<string, Danger>>;
  /** Options that make a call harmless when they are its only argument: `--version`. */
  readonly harmless?: readonly string[];
  /** Options with which a verb only shows what it would do: `--dry-run=client`. */
  readonly preview?: readonly string[];
  /** Options whose value is the next word. */
  readonly valued?: readonly string[];
}

/** The same danger for each verb of a list, separated by commas. */
export const verbs = (danger: Danger, words: string): Record<string, Danger> =>
  Object.fromEntries(words.split(/,\s*/).map((word) => [word, danger]));

/** The same rule for each program of a list, separated by blanks. */
export const each = (rule: ProgramRule, names: string): Record<string, ProgramRule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));
