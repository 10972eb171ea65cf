import type { Comparison } from '../../domain/facts/bound-hints.ts';
import { levelRank } from '../../domain/facts/level.ts';
import type { ParamSpec, Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import { choiceOrigin } from '../../expressions/choices.ts';
import type { ExpressionNode, Test } from '../../expressions/rows/ast.ts';
import { mentionsBefore, testParamsOf } from '../../expressions/rows/mentions.ts';
import { isLevel } from '../../expressions/rows/operand.ts';
import { type Expression, parseExpression, parseTest } from '../../expressions/rows/parse.ts';
import { referencedParams } from './binding/bind.ts';
import type { RunbookDiagnostic } from './diagnostic.ts';
import { lacksSymptomStep, type SymptomFacts } from './symptom.ts';

/** A comparison of one signal, or of one field of the rows of a kind, with a constant. */
interface Atom {
  readonly of: string;
  readonly op: Comparison;
  readonly to: string;
}

const expressionOf = (text: string | undefined): Expression | undefined => {
  const parsed = text === undefined ? undefined : parseExpression(text);
  return parsed?.ok === true ? parsed.expression : undefined;
};

const testAtoms = (kind: string, test: Test): readonly Atom[] | undefined => {
  if (test.is === 'compare' && test.to.is === 'literal')
    return [{ of: `${kind}.${test.field}`, op: test.op, to: test.to.text }];
  if (test.is !== 'and') return undefined;
  const parts = test.parts.map((part) => testAtoms(kind, part));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
};

/**
 * The comparisons that must all hold for an expression to be true. Undefined when it is not a plain conjunction.
 */
const atomsOf = (node: ExpressionNode): readonly Atom[] | undefined => {
  if (node.is === 'for') return atomsOf(node.part);
  if (node.is === 'signal')
    return node.to.is === 'literal' ? [{ of: node.id, op: node.op, to: node.to.text }] : undefined;
  if (node.is === 'any' || node.is === 'all') return testAtoms(node.set.kind, node.test.test);
  if (node.is !== 'and') return undefined;
  const parts = node.parts.map(atomsOf);
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
};

const compared = (left: number, op: Comparison, right: number): boolean => {
  if (op === '=') return left === right;
  if (op === '!=') return left !== right;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
};

const numberOf = (text: string): number => (isLevel(text) ? levelRank[text] : Number(text));

/** True when one value can satisfy both. */
const areCompatible = (atom: Atom, other: Atom): boolean => {
  const a = numberOf(atom.to);
  const b = numberOf(other.to);
  // The limits of a level are not known here: `heap >= warn` and `heap < 80` may exclude each other.
  if (isLevel(atom.to) !== isLevel(other.to)) return false;
  if (Number.isNaN(a) || Number.isNaN(b)) {
    if (atom.op === '=' && other.op === '=') return atom.to === other.to;
    return atom.op === other.op || atom.to !== other.to;
  }
  // Testing between, beside and on the two limits is enough: other values decide nothing more.
  const values = isLevel(atom.to)
    ? Object.values(levelRank)
    : [a, b, (a + b) / 2, Math.min(a, b) - 1, Math.max(a, b) + 1];
  return values.some((value) => compared(value, atom.op, a) && compared(value, other.op, b));
};

/** True when a verification can hold while the runbook's `when` does. */
const holdsWhile = (when: Expression, step: VerifyStep): boolean => {
  const checkExpression = expressionOf(step.that);
  const whenAtoms = atomsOf(when.root);
  const atoms = checkExpression === undefined ? undefined : atomsOf(checkExpression.root);
  if (atoms === undefined || whenAtoms === undefined) return false;
  return atoms.every((atom) => {
    const same = whenAtoms.filter(({ of }) => of === atom.of);
    return same.length > 0 && same.every((sameAtom) => areCompatible(sameAtom, atom));
  });
};

/** The common state of the rows that a parameter offers, which the selected one has before the action. */
const chosenAtoms = ({ from, where }: ParamSpec): readonly Atom[] => {
  const origin = from === undefined ? undefined : choiceOrigin(from);
  if (origin === undefined || 'what' in origin || where === undefined) return [];
  const parsed = parseTest(origin.kind, where);
  return parsed.ok ? (testAtoms(origin.kind, parsed.test.test) ?? []) : [];
};

/** True when a verification requires a state that the selected row does not have before the action. */
const contradicts = (chosen: readonly Atom[], step: VerifyStep): boolean => {
  const expression = expressionOf(step.that);
  const atoms = expression === undefined ? undefined : atomsOf(expression.root);
  return (atoms ?? []).some((atom) =>
    chosen.some((chosenAtom) => chosenAtom.of === atom.of && !areCompatible(chosenAtom, atom)),
  );
};

/** True when a verification compares with the state before the action, or with a parameter of this run. */
const compares = ({ that, use, with: params, expect }: VerifyStep): boolean => {
  if (use !== undefined)
    return (
      expect?.change !== undefined ||
      referencedParams(params).length > 0 ||
      referencedParams(expect).length > 0
    );
  const expression = expressionOf(that);
  return expression !== undefined && (mentionsBefore(expression) || testParamsOf(expression).size > 0);
};

/** Finds a runbook none of whose checks is on the symptom that its `when` names. */
const symptomDiagnostics = (runbook: Runbook, facts: SymptomFacts): readonly RunbookDiagnostic[] =>
  lacksSymptomStep(runbook, facts)
    ? [
        {
          path: 'verify',
          what: 'no check can show that the symptom in when has ended, so every run ends as executed, symptom not proved',
          todo: 'add a check on a kind or signal that when names, or mark the check of the symptom with symptom: true',
        },
      ]
    : [];

/**
 * Finds a runbook whose verification proves nothing: it can already hold before the action (without `when` it names no
 * state that the action changes and compares with none before it; with `when` it only requires what is already true
 * then), or none of it is on the symptom. Guards alone prove nothing.
 */
export const verificationDiagnostics = (
  runbook: Runbook,
  facts: SymptomFacts,
): readonly RunbookDiagnostic[] => {
  const { act, params, verify, when } = runbook;
  if (verify === 'none' || verify.length === 0 || act.every(({ use }) => use === undefined)) return [];
  const checks = verify.filter(({ guard }) => guard !== true);
  // A parse error is reported elsewhere.
  if (
    [when, ...checks.map(({ that }) => that)].some(
      (text) => text !== undefined && expressionOf(text) === undefined,
    )
  )
    return [];
  const chosen = params.flatMap(chosenAtoms);
  if (checks.some((step) => compares(step) || contradicts(chosen, step)))
    return symptomDiagnostics(runbook, facts);
  const expression = expressionOf(when);
  const isEmpty = expression === undefined ? true : checks.every((step) => holdsWhile(expression, step));
  if (!isEmpty) return symptomDiagnostics(runbook, facts);
  if (expression === undefined)
    return [
      {
        path: 'verify',
        what: 'nothing tells that a check fails before the action, so the verification may prove nothing',
        todo: 'write when, compare with the state before the action (change, ${before}, new) or with a parameter. Mark checks that must merely keep holding as guard',
      },
    ];
  return [
    {
      path: 'verify',
      what: 'verification already holds before the action, and so proves nothing',
      todo: 'compare with the state before the action (change, ${before}, new) or with a parameter. Mark checks that must merely keep holding as guard',
    },
  ];
};
