import type { Fault, Millis } from './fault.ts';

/** 'describe': a summary of an object · 'yaml': the object as its system stores it. */
export type DescriptionFormat = 'describe' | 'yaml';

/** A source's description of one object, line by line, without secrets. */
export interface ObjectDescription {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A requested description and its progress. */
export interface DescriptionState {
  /** 'describe pod billing-7c9f' */
  readonly title: string;
  readonly source: string;
  readonly state:
    | { readonly is: 'asking'; readonly since: Millis; readonly timeoutMs: Millis }
    | { readonly is: 'failed'; readonly fault: Fault }
    | { readonly is: 'read'; readonly at: Millis; readonly lines: readonly string[] };
}
