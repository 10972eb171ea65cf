import { readFile } from 'node:fs/promises';
import type { CallExpression, NewExpression, Node, ObjectExpression } from 'oxc-parser';
import { parseSync, visitorKeys } from 'oxc-parser';
import { isText, rendered } from './rendered.ts';

/** A text of the program that people read. */
export interface VisibleString {
  readonly file: string;
  readonly line: number;
  /** The text as it is printed; `{name}` stands for each value that is filled in. */
  readonly text: string;
}

const functionWord =
  /(?:^|[ (])(?:a|an|the|is|are|was|has|have|of|to|in|on|for|with|and|or|not|no|by|from|it|as|at|be|so|that)[ ,.:)]/i;

/** At least three words, one of them in small letters: names, keys, patterns and calls are no sentences. */
const isSentence = (text: string): boolean => {
  const written = text.replaceAll(/\{[^{}]*\}/g, '…');
  // Ends of messages that a function adds are drawn with the message, and lists of keywords are no language.
  if (/^(?:[,.;)]| \S)/.test(written)) return false;
  if (written.split(' ').length > 5 && !functionWord.test(written)) return false;
  return (
    written.split(/\s+/).filter((word) => /^[("'«“‘]?[A-Za-z][\w'’-]*[)"'»”’.,:;?!]*$|^…[.,:;]?$/.test(word))
      .length >= 3 &&
    /(?:^|\s)[a-z]{2,}(?:\s|[.,:;]|$)/.test(written) &&
    !/[{}\\<>|^$]|=>|^[\w.]+ (?:!?=|in) |\b(?:SELECT|FROM|INSERT|CREATE|ORDER BY)\b|^\(\?/.test(written)
  );
};

/** Calls whose texts are programs, patterns or words of a language, and not for people. */
const silentCalls =
  /(?:^|\.)(?:words|verbs|each|plain|keywords|ask|prepare|exec|taggedSql|millisecondsSql|formatByPattern|RegExp|split|includes|startsWith|endsWith|indexOf|has|match|replace|replaceAll|unreachable|state)$/;

/** Keys whose texts are programs, patterns or identities. */
const silentKeys = /^(?:that|long|longValued|uid|sql|query|pattern|statement)$|Sql$/;

/** Keys of an object whose texts are printed as one message, in their order. */
const messageKeys = ['problem', 'what', 'where', 'message', 'words', 'why', 'remedy', 'todo', 'next', 'hint'];

/** Keys of the way on, which is part of the message also where a function chooses it. */
const wayOn = /^(?:remedy|todo|next|hint)$/;

const keyOf = (node: Node): string | undefined => {
  if (node.type !== 'Property') return;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'Literal' ? String(node.key.value) : undefined;
};

/** Sentences that are printed after each other: the later ones begin with a capital. */
const sentences = (parts: readonly string[]): string =>
  parts
    .map((part) => part.trim().replace(/\.$/, ''))
    .map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1)))
    .join('. ');

/** A text as it is seen: a predicate, such as `was killed by {signal}`, follows a subject. */
const withSubject = (text: string): string =>
  /^(?:is|are|was|were|has|have|had|does|did) .*[^?]$/s.test(text) ? `{subject} ${text}` : text;

/** The texts of `{ what: …, todo: … }`, if two or more of its keys are parts of one message. */
const messageOf = (node: ObjectExpression): readonly Node[] => {
  const parts = messageKeys.flatMap((key) =>
    node.properties.flatMap((property) =>
      property.type === 'Property' && keyOf(property) === key && (isText(property.value) || wayOn.test(key))
        ? [property.value]
        : [],
    ),
  );
  return parts.length > 1 && parts.some(isText) ? parts : [];
};

/** The texts of `errorAt(place, what, todo)` or `new RemediedError(kind, message, remedy)`. */
const argumentsOf = (node: CallExpression | NewExpression, callee: string): readonly Node[] => {
  if (!/Error$|errorAt$|warningAt$|warnAt$/.test(callee)) return [];
  const isLast = (part: Node): boolean => /^[a-z]+At$/.test(callee) && part === node.arguments[2];
  const parts = node.arguments.filter(
    (part) => (isText(part) && isSentencePart(rendered(part))) || (!isText(part) && isLast(part)),
  );
  return parts.length > 1 ? parts : [];
};

const isSentencePart = (text: string): boolean => /\s/.test(text.trim());

/** Calls that declare a field or an option with a description. */
const describingCalls = /^(?:text|maybeText|id|list|number|flag|time|whole|zObjectName)$/;

/** The option or argument that a call of commander declares: `--since <time>`. */
const declaredOption = (node: CallExpression | NewExpression, callee: string): string | undefined => {
  const name = node.arguments.find((part) => part.type === 'Literal' && typeof part.value === 'string');
  if (!/\boption$|\bargument$|\bOption$|\bArgument$/.test(callee) || name?.type !== 'Literal') return;
  return /^(?:-|<|\[)/.test(String(name.value)) ? String(name.value) : undefined;
};

/** The texts of a source file that people may read, in its order. Rejects if the file cannot be read. */
export const visibleStrings = async (file: string): Promise<readonly VisibleString[]> => {
  const source = await readFile(file, 'utf8');
  const found: VisibleString[] = [];
  const add = (parts: readonly Node[], start: number, key?: string): void => {
    const text = sentences(
      parts.map((part) => (isText(part) || parts.length === 1 ? rendered(part) : '{next step}')),
    );
    const whole = parts.length === 1 && parts[0] !== undefined ? rendered(parts[0]) : text;
    if (isSentence(whole))
      found.push({
        file,
        line: source.slice(0, start).split('\n').length,
        text: key === undefined ? withSubject(whole) : `${key}: ${whole}`,
      });
  };

  const example = (parts: readonly string[], start: number): VisibleString => ({
    file,
    line: source.slice(0, start).split('\n').length,
    text: parts.join('  # '),
  });
  /** Visits a node; `key` is the setting or field that it describes. */
  const visit = (node: Node, key: string | undefined, isDescription = false): void => {
    if (isText(node)) {
      add([node], node.start, isDescription ? key : undefined);
      return;
    }
    if (isSilent(node)) return;
    switch (node.type) {
      case 'CallExpression':
      case 'NewExpression':
        visitCall(node, key);
        return;
      case 'ArrayExpression':
        // An example of a command and its explanation stand on one line of the help.
        if (node.elements.length === 2 && /^opsdeck /.test(rendered(node.elements[0] ?? node)))
          found.push(
            example(
              node.elements.map((element) => (element === null ? '' : rendered(element))),
              node.start,
            ),
          );
        else visitParts(node, [], key, isDescription);
        return;
      case 'ObjectExpression':
        visitParts(node, messageOf(node), key, isDescription);
        return;
      case 'Property':
        visitProperty(node, key);
        return;
      default:
        visitParts(node, [], key, isDescription);
    }
  };
  const visitCall = (node: CallExpression | NewExpression, key: string | undefined): void => {
    const name = source.slice(node.callee.start, node.callee.end);
    if (silentCalls.test(name)) {
      if (node.callee.type === 'MemberExpression' && !isText(node.callee.object))
        visit(node.callee.object, key);
      return;
    }
    const subject = declaredOption(node, name) ?? key;
    const describes = subject !== key || (key !== undefined && describingCalls.test(name));
    visitParts(node, argumentsOf(node, name), subject, describes);
  };
  const visitProperty = (
    node: Node & { readonly type: 'Property'; readonly value: Node },
    key: string | undefined,
  ): void => {
    const own = keyOf(node);
    if (own !== undefined && silentKeys.test(own)) return;
    visit(node.value, own === 'description' || own === undefined ? key : own, own === 'description');
  };
  /** Adds the parts that are one text, and visits the others. */
  const visitParts = (
    node: Node,
    text: readonly Node[],
    key: string | undefined,
    isDescription: boolean,
  ): void => {
    if (text.length > 0) add(text, text[0]?.start ?? node.start);
    const isOfText = (part: Node): boolean =>
      text.includes(part) || (part.type === 'Property' && text.includes(part.value));
    for (const part of partsOf(node)) if (!isOfText(part)) visit(part, key, isDescription);
  };
  visit(parseSync(file, source).program, undefined);
  return found;
};

/** True for a node whose texts are not read by people: a type, the name of a module, a comparison. */
const isSilent = (node: Node): boolean =>
  node.type === 'TSLiteralType' ||
  node.type === 'ImportDeclaration' ||
  (node.type === 'ExportNamedDeclaration' && node.declaration === null) ||
  (node.type === 'BinaryExpression' && /^[!=]==?$/.test(node.operator));

/** The nodes directly below a node. */
const partsOf = (node: Node): readonly Node[] =>
  (visitorKeys[node.type] ?? []).flatMap((child) => {
    const value: unknown = Reflect.get(node, child);
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
