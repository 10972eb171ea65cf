import type { ArrowFunctionExpression, Expression, Node, Program } from 'oxc-parser';
import { visitorKeys } from 'oxc-parser';
import { isText, rendered, type TextScope } from './rendered.ts';

/** A constant or a function of a module that is a text: `const hint = 'Write 5m'`, `const at = (line) => \`line ${line}\``. */
interface TextDeclaration {
  readonly text: Node;
  readonly params: readonly string[];
  readonly isFunction: boolean;
}

/** The nodes directly below a node. */
export const partsOf = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? []).flatMap((child) => {
    const value: unknown = Reflect.get(node, child);
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** Both sides of a choice are texts, or one is and the other adds nothing. */
const isWrittenText = (node: Node): boolean =>
  node.type === 'ConditionalExpression'
    ? isWrittenText(node.consequent) && isWrittenText(node.alternate)
    : node.type !== 'CallExpression' && isText(node);

const returned = (arrow: ArrowFunctionExpression): Node | undefined => {
  if (arrow.body.type !== 'BlockStatement') return arrow.body;
  const last = arrow.body.body.at(-1);
  return last?.type === 'ReturnStatement' ? (last.argument ?? undefined) : undefined;
};

/** False for what only joins values, such as `(text) => \`${fence}${text}${fence}\``. */
const hasOwnWords = (text: Node): boolean => /\p{L}{2}/u.test(rendered(text).replaceAll(/\{[^{}]*\}/g, ''));

const declarationOf = (value: Expression): TextDeclaration | undefined => {
  if (value.type === 'ArrowFunctionExpression') {
    const text = returned(value);
    if (text === undefined || !isWrittenText(text) || !hasOwnWords(text)) return;
    const params = value.params.map((param) => (param.type === 'Identifier' ? param.name : ''));
    return { text, params, isFunction: true };
  }
  return isWrittenText(value) && hasOwnWords(value)
    ? { text: value, params: [], isFunction: false }
    : undefined;
};

/** The texts that a program declares under a name that it declares once. */
const declaredTexts = (program: Program): ReadonlyMap<string, TextDeclaration> => {
  const found = new Map<string, TextDeclaration>();
  const seen = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier') {
      const { name } = node.id;
      const declaration = node.init === null ? undefined : declarationOf(node.init);
      if (seen.has(name)) found.delete(name);
      else if (declaration !== undefined) found.set(name, declaration);
      seen.add(name);
    }
    for (const part of partsOf(node)) visit(part);
  };
  visit(program);
  return found;
};

/** The places of a text and of its alternatives: `isOpen ? 'is open' : 'is closed'` is three. */
const startsOf = (text: Node): readonly number[] => [
  text.start,
  ...(text.type === 'ConditionalExpression'
    ? [text.consequent, text.alternate].flatMap((part) => startsOf(part))
    : []),
];

/** Texts that are filled into each other deeper than this are left as values. */
const deepest = 4;

/** The scope of a program's own texts. `onUse` hears of each text that is filled in, by the place where it is declared. */
export const textScopeOf = (program: Program, onUse: (start: number) => void): TextScope => {
  const declared = declaredTexts(program);
  const scopeWith = (params: ReadonlyMap<string, string>, depth: number): TextScope => {
    return (name, given) => {
      const param = given === undefined ? params.get(name) : undefined;
      if (param !== undefined) return param;
      const declaration = declared.get(name);
      if (declaration === undefined || depth > deepest || declaration.isFunction !== (given !== undefined))
        return;
      for (const start of startsOf(declaration.text)) onUse(start);
      const filled = declaration.params.map((key, index) => [key, given?.[index] ?? `{${key}}`] as const);
      return rendered(declaration.text, scopeWith(new Map(filled), depth + 1));
    };
  };
  return scopeWith(new Map(), 0);
};
