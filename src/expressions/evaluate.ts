import { ageText, durationText } from '../domain/duration.ts';
import type { FactKind } from '../domain/facts.ts';
import type { Millis } from '../domain/fault.ts';
import { readable } from '../domain/readable.ts';
import type { Snapshot } from '../domain/snapshot.ts';
import type { Node } from './ast.ts';
import { evaluateSignal, evaluateTrend, type History } from './evaluate-signal.ts';
import type { Given } from './given.ts';
import type { HoldMemory } from './hold-memory.ts';
import { not } from './kleene.ts';
import type { Expression } from './parse.ts';
import { evaluateAll, evaluateAny, evaluateCount } from './quantify.ts';
import { allTrue, anyTrue, type Truth } from './truth.ts';

export type { Truth } from './truth.ts';

export interface EvaluateOptions extends Given {
  /** Absent: `for` counts as fulfilled. */
  readonly memory?: HoldMemory;
  /** Absent: `rising` and `falling` are unknown. */
  readonly history?: History;
  readonly now: Millis;
}

const ofSet = (
  node: Extract<Node, { is: 'any' | 'all' | 'count' }>,
  kind: FactKind,
  snapshot: Snapshot,
  given: Given,
): Truth => {
  const view = snapshot.kinds[kind];
  if (node.is === 'count') return evaluateCount(node, kind, view, given);
  return node.is === 'any' ? evaluateAny(node, kind, view, given) : evaluateAll(node, kind, view, given);
};

const holding = (
  node: Extract<Node, { is: 'for' }>,
  inner: Truth,
  { memory, now }: EvaluateOptions,
): Truth => {
  const since = memory?.note(node, inner.value === 'true', now);
  if (memory === undefined || since === undefined) return inner;
  const held = now - since;
  if (held >= node.ms) return { value: 'true', why: `${inner.why}, for ${ageText(held)}` };
  return { value: 'false', why: `${inner.why}, true for ${ageText(held)} of ${durationText(node.ms)}` };
};

/** What an expression is in a snapshot, and the row or signal that decides it. What is not known is unknown, never true. */
export const evaluate = (expression: Expression, snapshot: Snapshot, options: EvaluateOptions): Truth => {
  const of = (node: Node): Truth => {
    switch (node.is) {
      case 'and':
        return allTrue(node.parts.map(of));
      case 'or':
        return anyTrue(node.parts.map(of));
      case 'not': {
        const inner = of(node.part);
        return { value: not(inner.value), why: inner.why };
      }
      case 'for':
        return holding(node, of(node.part), options);
      case 'signal':
        return evaluateSignal(node, snapshot.signals, options);
      case 'trend':
        return evaluateTrend(node, snapshot.signals, options.history);
      default:
        return ofSet(node, node.set.kind, snapshot, options);
    }
  };
  const truth = of(expression.root);
  return { ...truth, why: readable(truth.why, options.params ?? {}) };
};
