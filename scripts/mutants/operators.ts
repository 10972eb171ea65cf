import { type Expression, parseSync, type Statement, Visitor } from 'oxc-parser';

/** Kinds of mutations. */
export type Operator =
  | 'comparison'
  | 'equality'
  | 'condition'
  | 'logical'
  | 'fallback'
  | 'statement'
  | 'return'
  | 'guard'
  | 'boolean'
  | 'number'
  | 'string'
  | 'predicate';

type Range = { readonly start: number; readonly end: number };

/**
 * Detects that a test reaches a mutant: that it executes the range, and, if its value decides whether the mutant differs at all,
 * with such a value (`a < b` and `a <= b` differ only for equal values). A test that does not reach a mutant cannot kill it.
 */
export interface Probe extends Range {
  readonly by: 'reach' | 'statement' | 'falsy' | 'truthy' | 'defined' | 'boundary';
  /** Of a boundary: the comparison operator, with the white space around it. */
  readonly between?: Range;
}

/** One change to one source file. Positions are UTF-16 units. */
export interface Mutation extends Range {
  readonly operator: Operator;
  readonly line: number;
  /** The text in place of the range. */
  readonly code: string;
  readonly probe: Probe;
}

const boundaries = new Map([
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
]);
const equalities = new Map([
  ['===', '!=='],
  ['!==', '==='],
]);
const predicates = new Map([
  ['some', 'every'],
  ['every', 'some'],
]);

const rangeOf = ({ start, end }: Range): Range => ({ start, end });

const bare = (node: Expression): Expression =>
  node.type === 'ParenthesizedExpression' ? bare(node.expression) : node;

/** The statement that ends an `if` without `else` early: a return, alone or as the last statement of a block. */
const leavesEarly = (statement: Statement): boolean => {
  const last = statement.type === 'BlockStatement' ? statement.body.at(-1) : statement;
  return last?.type === 'ReturnStatement';
};

/** A call or an assignment, also awaited: a statement with an effect. */
const hasEffect = (node: Expression): boolean => {
  const inner = node.type === 'AwaitExpression' ? node.argument : node;
  const called = inner.type === 'ChainExpression' ? inner.expression : inner;
  return called.type === 'CallExpression' || called.type === 'AssignmentExpression';
};

/** All mutations of one source file, in the order of their positions. Throws if it cannot be parsed. */
export const mutationsOf = (file: string, text: string): readonly Mutation[] => {
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const starts = [0];
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1))
    starts.push(index + 1);
  const lineAt = (position: number): number => starts.findLastIndex((start) => start <= position) + 1;
  const found: Mutation[] = [];
  const add = (operator: Operator, range: Range, code: string, probe: Probe): void => {
    found.push({ operator, ...rangeOf(range), line: lineAt(range.start), code, probe });
  };
  const reached = (range: Range): Probe => ({ by: 'reach', ...rangeOf(range) });
  const source = ({ start, end }: Range): string => text.slice(start, end);

  /** Expressions of which only the truth counts. */
  const conditions = new Set<unknown>();
  /** Literals that are names or types, or whose mutant equals that of the expression around them. */
  const fixed = new Set<unknown>();
  /** Returns whose removal is the mutant of their `if`. */
  const early = new Set<unknown>();

  const condition = (test: Expression | null): void => {
    if (test === null) return;
    conditions.add(test);
    const inner = bare(test);
    // Its own mutant is the negation.
    if (inner.type === 'BinaryExpression' && equalities.has(inner.operator)) return;
    if (inner.type === 'Literal') return;
    const isNegation = inner.type === 'UnaryExpression' && inner.operator === '!';
    const code = isNegation ? `(${source(inner.argument)})` : `!(${source(test)})`;
    add('condition', test, code, reached(test));
  };

  new Visitor({
    ImportDeclaration: ({ source: from }) => fixed.add(from),
    ExportNamedDeclaration: ({ source: from }) => fixed.add(from),
    ExportAllDeclaration: ({ source: from }) => fixed.add(from),
    ImportExpression: ({ source: from }) => fixed.add(from),
    TSLiteralType: ({ literal }) => fixed.add(literal),
    Property: ({ key, computed }) => computed || fixed.add(key),
    PropertyDefinition: ({ key, computed }) => computed || fixed.add(key),
    ParenthesizedExpression: (node) => conditions.has(node) && conditions.add(node.expression),
    UnaryExpression: ({ operator, argument }) => operator === '!' && conditions.add(argument),
    ConditionalExpression: ({ test }) => condition(test),
    WhileStatement: ({ test }) => condition(test),
    DoWhileStatement: ({ test }) => condition(test),
    ForStatement: ({ test }) => condition(test),
    IfStatement: (node) => {
      condition(node.test);
      if (node.alternate !== null || !leavesEarly(node.consequent)) return;
      const { consequent } = node;
      early.add(consequent.type === 'BlockStatement' ? consequent.body.at(-1) : consequent);
      add('guard', node, ';', { by: 'statement', ...rangeOf(consequent) });
    },
    BinaryExpression: (node) => {
      const { operator, left, right } = node;
      const between = { start: left.end, end: right.start };
      const boundary = boundaries.get(operator);
      const equality = equalities.get(operator);
      const swapped = boundary ?? equality;
      if (swapped === undefined) return;
      const code = source(between).replace(operator, swapped);
      if (boundary === undefined) {
        for (const side of [left, right]) if (side.type === 'Literal') fixed.add(side);
        add('equality', between, code, reached(node));
      } else add('comparison', between, code, { by: 'boundary', ...rangeOf(node), between });
    },
    LogicalExpression: (node) => {
      const { operator, left, right } = node;
      const between = { start: left.end, end: right.start };
      if (operator === '??') {
        add('fallback', { start: left.end, end: node.end }, '', reached(right));
        return;
      }
      const isCondition = conditions.has(node);
      if (isCondition) for (const side of [left, right]) conditions.add(side);
      const differs = operator === '&&' ? 'falsy' : 'truthy';
      const code = source(between).replace(operator, operator === '&&' ? '||' : '&&');
      add('logical', between, code, { by: isCondition ? differs : 'reach', ...rangeOf(node) });
    },
    ExpressionStatement: (node) => {
      if (hasEffect(node.expression)) add('statement', node, ';', reached(node.expression));
      else fixed.add(node.expression);
    },
    ReturnStatement: (node) => {
      const { argument } = node;
      if (argument === null || early.has(node) || source(argument) === 'undefined') return;
      add('return', argument, 'undefined', { by: 'defined', ...rangeOf(argument) });
    },
    CallExpression: ({ callee, arguments: [predicate], end }) => {
      if (callee.type !== 'MemberExpression' || callee.computed || predicate === undefined) return;
      if (predicate.type === 'SpreadElement') return;
      const { property, object } = callee;
      const swapped = predicates.get(property.name);
      if (swapped !== undefined) add('predicate', property, swapped, reached(predicate));
      if (property.name === 'filter') add('predicate', { start: object.end, end }, '', reached(predicate));
    },
    Literal: (node) => {
      const { value } = node;
      if (fixed.has(node)) return;
      if (typeof value === 'boolean') add('boolean', node, String(!value), reached(node));
      if (typeof value === 'number') add('number', node, String(value + 1), reached(node));
      if (typeof value === 'string' && value !== '') add('string', node, "''", reached(node));
    },
  }).visit(program);
  return found.toSorted((first, other) => first.start - other.start || first.end - other.end);
};
