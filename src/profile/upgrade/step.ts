import type { Document } from 'yaml';
import type { TextEdit } from './text-edit.ts';

/** The way to a value of a document: keys and list indexes from its root. */
export type DocumentPath = readonly (string | number)[];

/** One file as a step reads it. */
export interface StepInput {
  readonly document: Document.Parsed;
  readonly text: string;
  /** Whether the file or one of its bases has `opsdeck:`. */
  readonly isMarked: boolean;
  /** Whether plugins may provide facts. */
  readonly hasPlugins: boolean;
}

/** One change: edits of the text, and what exactly they change in the document. */
export interface StepChange {
  /** Offset of what is changed. */
  readonly at: number;
  readonly what: string;
  readonly edits: readonly TextEdit[];
  /** New values by path; undefined removes the key. Nothing else may differ after the edits. */
  readonly values: readonly { readonly path: DocumentPath; readonly value: unknown }[];
}

/** Something that only a person can change. */
export interface StepNote {
  /** Offset of what has to be changed. */
  readonly at: number;
  readonly what: string;
  readonly todo: string;
}

export interface StepResult {
  readonly changes: readonly StepChange[];
  readonly notes: readonly StepNote[];
}

/** A change of the profile format or of the meaning of its words. `find` is pure. */
export interface UpgradeStep {
  readonly id: string;
  /** The version of the format that it belongs to: a profile of a later one does not need it. */
  readonly format: number;
  readonly title: string;
  find(input: StepInput): StepResult;
}
