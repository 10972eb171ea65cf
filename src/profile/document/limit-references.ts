import type { Diagnostic } from '../../domain/text/position.ts';
import { didYouMean, errorAt } from './diagnostics.ts';
import { itemsOf, type MapNode, type ScalarNode, scalarsIn, textAt, type YamlNode } from './tree.ts';

/** The level of a limit; a signal may have both. */
const levels = ['warn', 'crit'] as const;

/** Keys of a profile whose text is an expression. */
const expressionKeys: ReadonlySet<string> = new Set(['when', 'that', 'needs', 'where']);

export const isExpressionKey = (key: string): boolean => expressionKeys.has(key);

/** Keys of a profile whose text is read by people, next to the expression that it describes. */
const textKeys: ReadonlySet<string> = new Set(['title', 'symptoms', 'notes', 'show']);

export const isTextKey = (key: string): boolean => textKeys.has(key);

const limitCall = /(?<![\w.-])limit\(\s*([A-Za-z][\w.-]*)\s*(?:,\s*(warn|crit)\s*)?\)/g;

/** True if an expression refers to the limit of a signal. */
export const hasLimitCall = (expression: string): boolean => expression.includes('limit(');

const nameOf = (id: string, level: string): string => `limit.${id}.${level}`;

/** The name of a reference to a limit: `limit.sla.warn`. */
export const limitName = /^limit\.([A-Za-z][\w.-]*)\.(?:warn|crit)$/;

/** `limit(sla)` and `limit(sla, crit)` as references; without a level the lowest one of the signal. */
export const withLimitReferences = (expression: string, isDeclared: (name: string) => boolean): string =>
  expression.replaceAll(limitCall, (_, id: string, level?: string) => {
    const lowest = isDeclared(nameOf(id, 'warn')) ? 'warn' : 'crit';
    return `\${${nameOf(id, level ?? lowest)}}`;
  });

/** The value of a bound without its comparison: `">=500"` is 500, `">=${most}"` is `${most}`. */
const boundValue = (bound: YamlNode | undefined): ScalarNode | undefined => {
  if (bound?.is !== 'scalar' || bound.value === null) return undefined;
  const text = String(bound.value)
    .replace(/^[\s=!<>≥≤]+/, '')
    .trimEnd();
  const number = Number(text);
  return { ...bound, value: text !== '' && Number.isFinite(number) ? number : text };
};

/** The limits of all signals, by the name of their reference. */
export const declaredLimits = (tree: MapNode): ReadonlyMap<string, ScalarNode> => {
  const found = new Map<string, ScalarNode>();
  for (const signal of itemsOf(tree.entries.get('signals')?.value)) {
    const id = textAt(signal, 'id');
    if (id === undefined || signal.is !== 'map') continue;
    for (const level of levels) {
      const value = boundValue(signal.entries.get(level)?.value);
      if (value !== undefined) found.set(nameOf(id, level), value);
    }
  }
  return found;
};

/** The references to limits in a text, as written. */
const referencesIn = (text: string, isDeclared: (name: string) => boolean) => {
  const calls = [...text.matchAll(limitCall)].map(([written]) => ({
    written,
    name: withLimitReferences(written, isDeclared).slice(2, -1),
  }));
  const references = [...text.matchAll(/(?<!\$)\$\{(limit\.[^{}]*)\}/g)].map(([written, name = '']) => ({
    written,
    name,
  }));
  return [...calls, ...references];
};

/** Reports references to limits that no signal has. */
export const limitReferenceDiagnostics = (
  tree: MapNode,
  limits: ReadonlyMap<string, ScalarNode>,
): readonly Diagnostic[] => {
  const isDeclared = (name: string): boolean => limits.has(name);
  const signals = new Set(
    itemsOf(tree.entries.get('signals')?.value).flatMap((item) => textAt(item, 'id') ?? []),
  );
  return scalarsIn(tree).flatMap((node) => {
    if (typeof node.value !== 'string' || !node.value.includes('limit')) return [];
    return referencesIn(node.value, isDeclared)
      .filter(({ name }) => !isDeclared(name))
      .map(({ written, name }) => {
        const id = limitName.exec(name)?.[1] ?? name.slice('limit.'.length);
        if (!signals.has(id))
          return errorAt(
            node.position,
            `${written}: no signal is called "${id}"`,
            didYouMean(id, [...signals], 'write limit.SIGNAL.warn or limit.SIGNAL.crit'),
          );
        return errorAt(
          node.position,
          `${written}: signal ${id} has no such limit`,
          'add warn or crit to the signal, or name a limit that the signal has',
        );
      });
  });
};
