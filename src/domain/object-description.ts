import type { Fault, Millis } from './fault.ts';

/** 'describe': what a person wants to know of an object, in short · 'yaml': the object as its system keeps it. */
export type DescriptionFormat = 'describe' | 'yaml';

/** What a source tells of one object, line by line, without secrets. */
export interface ObjectDescription {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A text that was asked for, and how far that has come. */
export interface DescriptionState {
  /** 'describe pod billing-7c9f' */
  readonly title: string;
  readonly source: string;
  readonly state:
    | { readonly is: 'asking'; readonly since: Millis; readonly timeoutMs: Millis }
    | { readonly is: 'failed'; readonly fault: Fault }
    | { readonly is: 'read'; readonly at: Millis; readonly lines: readonly string[] };
}
