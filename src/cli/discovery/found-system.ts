import type { FeedKind } from '../../domain/facts/reading.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { sentenceCase } from '../../domain/text/sentence-case.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import { singleLine } from '../../importer/yaml-text.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { CommandContext } from '../command/context.ts';
import type { DiscoveryFlags } from '../command/global-options.ts';
import type { KnownAnswers } from './known-answers.ts';

/** A place that was searched, and what is there. Texts come from files, variables and servers, without credentials. */
export interface FoundSystem {
  /** The place: `kubeconfig`, `Docker`. */
  readonly what: string;
  readonly found: boolean;
  readonly detail: string;
  /** True: it is there, and the account may not read it. */
  readonly isDenied?: boolean;
  /** True: a flag names it, so that its absence is reported first. */
  readonly isAsked?: boolean;
  /** The kinds of facts that it would provide. Absent: unknown. */
  readonly gives?: readonly FeedKind[];
  readonly source?: FirstSource | undefined;
  /** Further sources of the same place. */
  readonly more?: readonly FirstSource[];
  /** Sources that a saved profile offers as comments. They are opened only after a person has edited it. */
  readonly offers?: readonly FirstSource[];
}

/** A search: where, for what, and with which doors. */
export interface Search {
  readonly context: CommandContext;
  /** The directory whose Compose project is meant. */
  readonly dir: string;
  readonly flags: DiscoveryFlags;
  /**
   * True: the directory is only the current one, and may be a cloned repository. It is read within a small budget, and a
   * relative path in a variable, which depends on it, is not followed.
   */
  readonly isUnasked: boolean;
  /** Takes the responses that the opened sources may begin with. Absent: nothing is opened afterwards. */
  readonly known?: KnownAnswers;
}

/** The reason of an error on one line, without control characters. */
export const failure = (error: unknown): string => stripControls(errorMessage(error));

/** A system that was found, as a source. */
export const found = (what: string, detail: string, source: Omit<FirstSource, 'from'>): FoundSystem => ({
  what,
  found: true,
  detail: singleLine(detail),
  source: { ...source, from: `${what}: ${detail}` },
});

/** A place without a system, and why. */
export const missing = (what: string, detail: string): FoundSystem => ({
  what,
  found: false,
  detail: singleLine(detail),
});

/** Why something is not read, in one line; a missing permission names the rule to request. */
export const reasonOf = (error: unknown): string =>
  error instanceof RemediedError && error.remedy !== undefined
    ? `${failure(error)}. ${sentenceCase(error.remedy)}`
    : failure(error);

/** A place that could not be read; one that the account may not read is marked so. */
export const deniedOr = (
  what: string,
  error: unknown,
  detail: string,
  gives: readonly FeedKind[],
): FoundSystem => ({
  ...missing(what, detail),
  ...(error instanceof WireError && error.kind === 'denied' ? { isDenied: true, gives } : {}),
});
