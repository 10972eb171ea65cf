import type { Fault, Millis } from '../base/fault.ts';

/**
 * 'describe': a summary of an object · 'yaml': the object as its system stores it · 'events': its events, newest first ·
 * 'applied': how it differs from what was last applied.
 */
export type DescriptionFormat = 'describe' | 'yaml' | 'events' | 'applied';

/** The formats of a source that names none. */
export const usualFormats: readonly DescriptionFormat[] = ['describe', 'yaml'];

/** The object of a description. Every workload is one. */
export interface DescribedObject {
  readonly source: string;
  /** 'pod', 'unit', 'node', 'namespace'. */
  readonly kind: string;
  /** '' for cluster-wide objects. */
  readonly namespace: string;
  /** '*' with kind 'namespace': all namespaces; '': the one that the source reads. */
  readonly name: string;
  readonly owner: string;
  readonly node: string;
}

/** A command that a text quotes. opsdeck does not run it. */
export interface QuotedCommand {
  /** Index of its first line. */
  readonly line: number;
  readonly text: string;
  /** The word of its danger; that of a program that no table knows is destructive. */
  readonly danger: string;
}

/** A source's description of one object, line by line, without secrets. */
export interface ObjectDescription {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A description, or the text of a runbook page. */
export interface ReadText extends ObjectDescription {
  /** Commands in the lines. Absent: they are not looked for. */
  readonly commands?: readonly QuotedCommand[];
  /** Index of the first line to show. Absent: 0. */
  readonly start?: number;
}

/** A requested description and its progress. */
export interface DescriptionState {
  /** 'describe pod billing-7c9f' */
  readonly title: string;
  readonly source: string;
  readonly state:
    | { readonly is: 'asking'; readonly since: Millis; readonly timeoutMs: Millis }
    | { readonly is: 'failed'; readonly fault: Fault }
    | {
        readonly is: 'read';
        readonly at: Millis;
        readonly lines: readonly string[];
        readonly commands?: readonly QuotedCommand[];
        readonly start?: number;
      };
}
