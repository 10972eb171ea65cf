import type { Sample } from '../../../domain/facts.ts';
import type { Condition } from '../meta.ts';
import type { KubeParts } from '../parts.ts';
import { type KubernetesRead, kubernetesReads } from '../reads.ts';

/** Signals that the objects of one feed answer. */
export interface Signals<T> {
  readonly ids: readonly string[];
  samples(objects: readonly T[], now: number): readonly Sample[];
}

/** What was found for one series of a signal: a value, or why there is none. */
export interface Found {
  readonly value?: number | string;
  readonly why?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Answers one signal from the objects that are there. */
export type Answer<T> = (objects: readonly T[], now: number) => readonly Found[];

/** The signals of a source that `answerOf` knows how to answer; others belong to another feed. */
export const signalsOf = <T extends object>(
  { source, signals }: KubeParts,
  answerOf: (read: KubernetesRead) => Answer<T> | undefined,
): Signals<T> => {
  const wanted = signals.flatMap(({ id, read }) => {
    const answer = answerOf(kubernetesReads.parse(read));
    return answer === undefined ? [] : [{ id, answer }];
  });
  return {
    ids: wanted.map(({ id }) => id),
    samples: (objects, at) =>
      wanted.flatMap(({ id, answer }) =>
        answer(objects, at).map(
          ({ labels = {}, ...found }): Sample => ({ source, at, signal: id, labels, ...found }),
        ),
      ),
  };
};

/** True in the namespace that a read names, or in any when it names none. */
export const inNamespace = (wanted: string | undefined, namespace: string): boolean =>
  wanted === undefined || wanted === namespace;

/** The word of a condition: True, False or Unknown. */
export const conditionOf = (
  conditions: readonly Pick<Condition, 'type' | 'status'>[],
  type: string,
): Found => {
  const held = conditions.find((one) => one.type.toLowerCase() === type.toLowerCase());
  return held === undefined ? { why: `it has no condition ${type}` } : { value: held.status };
};
