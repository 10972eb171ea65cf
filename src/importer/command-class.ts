import type { Danger } from '../domain/runbooks/operation.ts';
import { mostDangerous } from '../runs/policy/danger.ts';

/** The class of a command, and whether the tables know every program in it. */
export interface CommandClass {
  readonly danger: Danger;
  readonly isKnown: boolean;
}

/** The class of a command with a part that no table knows: deny by default. */
export const unknownClass: CommandClass = { danger: 'destructive', isKnown: false };

/** The class of a command of which every part is known. */
export const knownClass = (danger: Danger): CommandClass => ({ danger, isKnown: true });

/** The class of commands that run together: that of the most dangerous one. */
export const worst = (some: readonly CommandClass[]): CommandClass => ({
  danger: mostDangerous(some.map(({ danger }) => danger)),
  isKnown: some.every(({ isKnown }) => isKnown),
});

/** The class for a danger, or of an unknown command without one. */
export const orUnknown = (danger: Danger | undefined): CommandClass =>
  danger === undefined ? unknownClass : knownClass(danger);

/** The entry of a table by a name from outside; undefined for a property that every object has. */
export const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
