import { isMap, isScalar, LineCounter, visit, type YAMLMap } from 'yaml';
import { defined } from '../domain/base/defined.ts';
import { isReachedBefore, parseBound } from '../domain/facts/threshold.ts';
import { parseDuration } from '../domain/text/duration.ts';
import { parseYamlDocument } from '../domain/yaml/bounded-yaml.ts';
import { YamlLimitError } from '../domain/yaml/yaml-limits.ts';
import { byLevel, type ConditionLimits, conditionLimits } from './condition-limits.ts';
import type { Block, CodeBlock, TableBlock } from './document.ts';
import { roleOfPart } from './document.ts';
import { slug } from './names.ts';
import { splitCondition, withoutPromqlComments } from './promql-rule.ts';

/** A limit of the document. With a `query` it becomes a signal, otherwise a variable. */
export interface FoundThreshold extends ConditionLimits {
  readonly line: number;
  readonly title: string;
  /** The sentence that states it. */
  readonly text?: string;
  readonly for?: string;
  readonly unit?: string;
  /** Rules whose states decide the level: an alert that goes on firing after its condition has ended. */
  readonly rules?: { readonly warn?: string; readonly crit?: string };
  /** The limits as written, by their column: { warning: '70-85%' }. */
  readonly written: Readonly<Record<string, string>>;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

const unquoted = (text: string): string =>
  text
    .replace(/\s#\s.*$/, '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

interface AlertRule {
  readonly line: number;
  readonly title: string;
  readonly expr: string;
  readonly wait: string;
  readonly severity: string;
  /** Parts without a key in a signal, as written: other labels, annotations, keep_firing_for. */
  readonly rest: Readonly<Record<string, string>>;
}

const textAt = (map: YAMLMap, ...path: readonly string[]): string => {
  const value: unknown = map.getIn(path);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** True: a text has alert rules, in any style of YAML. */
const namesAlert = /(?:^|[\s{,])["']?alert["']?\s*:\s*\S/m;

/** Parts of a rule besides its condition, by the name of its key. */
const restOf = (map: YAMLMap, group: YAMLMap | undefined): Readonly<Record<string, string>> => {
  const maps = [group?.get('labels'), map.get('labels'), map.get('annotations')];
  const pairs = maps.flatMap((inner) =>
    isMap<unknown, unknown>(inner)
      ? inner.items.flatMap(({ key }): readonly (readonly [string, string])[] => {
          const name = isScalar(key) ? String(key.value) : '';
          return name === '' || name === 'severity'
            ? []
            : [[name, textAt(inner, name).replaceAll(/\s+/g, ' ').trim()]];
        })
      : [],
  );
  return {
    keep_firing_for: textAt(map, 'keep_firing_for'),
    ...(group === undefined
      ? {}
      : { limit: textAt(group, 'limit'), query_offset: textAt(group, 'query_offset') }),
    ...Object.fromEntries(pairs),
  };
};

/** The group of a rule, which gives it labels that it does not have itself. Source: prometheus.io, "Recording rules", rule_group. */
const groupOf = (path: readonly unknown[]): YAMLMap | undefined =>
  path.findLast((node): node is YAMLMap => isMap(node) && node.has('rules'));

const severityOf = (map: YAMLMap | undefined): string =>
  map === undefined
    ? ''
    : (['severity', 'priority', 'level']
        .map((label) => textAt(map, 'labels', label))
        .find((text) => text !== '') ?? '');

/** An expression on one line, without its comments. */
const oneLine = (expr: string): string => withoutPromqlComments(expr).replaceAll(/\s+/g, ' ').trim();

/** The alert rules of a YAML text, wherever they are in it; undefined if it is no YAML. */
const rulesInYaml = (block: CodeBlock): readonly AlertRule[] | undefined => {
  const lineCounter = new LineCounter();
  const rules: AlertRule[] = [];
  try {
    const document = parseYamlDocument(block.text, { lineCounter });
    if (document.errors.length > 0) return undefined;
    visit(document, {
      Map: (_, map, path) => {
        const title = textAt(map, 'alert');
        const expr = textAt(map, 'expr');
        if (title === '' || expr === '') return;
        rules.push({
          ...{ title, expr: oneLine(expr), rest: restOf(map, groupOf(path)) },
          line: block.firstLine + lineCounter.linePos(map.range?.[0] ?? 0).line - 1,
          wait: textAt(map, 'for'),
          severity: severityOf(map) || severityOf(groupOf(path)),
        });
      },
      // A ConfigMap holds the text of a file of rules.
      Scalar: (_, { value, range }) => {
        if (typeof value !== 'string' || !value.includes('\n') || !namesAlert.test(value)) return;
        const firstLine = block.firstLine + lineCounter.linePos(range?.[0] ?? 0).line;
        rules.push(...(rulesInYaml({ ...block, text: value, firstLine }) ?? []));
      },
    });
  } catch (error) {
    if (error instanceof YamlLimitError) return undefined;
    throw error;
  }
  return rules;
};

/** The alert rules of a text that is no YAML, line by line: `- alert: NAME` with expr, for and severity. A block scalar may have several lines. */
const rulesInLines = (block: CodeBlock): readonly AlertRule[] => {
  const lines = block.text.split('\n');
  const starts = lines.flatMap((line, i) => (/^\s*(?:-\s*)?alert:\s*\S/.test(line) ? [i] : []));
  return starts.flatMap((start, n): readonly AlertRule[] => {
    const own = lines.slice(start, starts[n + 1]);
    const fieldText = (key: string): string => {
      const index = own.findIndex((line) => new RegExp(`^\\s*(?:- )?${key}:`).test(line));
      const head = unquoted((own[index] ?? '').replace(/^[^:]*:\s*/, ''));
      if (!/^[|>][-+]?$/.test(head)) return head;
      const rest = own.slice(index + 1);
      const end = rest.findIndex(
        (line) => line.trim() !== '' && indentOf(line) <= indentOf(own[index] ?? ''),
      );
      return rest
        .slice(0, end < 0 ? undefined : end)
        .join('\n')
        .trim();
    };
    const expr = oneLine(fieldText('expr'));
    if (expr === '') return [];
    return [
      {
        ...{ line: block.firstLine + start, title: fieldText('alert'), expr },
        ...{ wait: fieldText('for'), severity: fieldText('severity'), rest: {} },
      },
    ];
  });
};

/** The documents of a YAML text, each with its own first line. */
const yamlDocuments = (block: CodeBlock): readonly CodeBlock[] => {
  const lines = block.text.split('\n');
  const starts = lines.flatMap((line, index) => (/^---(?:\s|$)/.test(line) ? [index] : []));
  return [-1, ...starts].map((start, n) => ({
    ...block,
    firstLine: block.firstLine + start + 1,
    text: lines.slice(start + 1, starts[n]).join('\n'),
  }));
};

/** Adds the rule itself to the limits of one that keeps firing: no condition of a signal lasts beyond its value. */
const withState = (
  limits: ConditionLimits,
  title: string,
  keepFiringFor = '',
): Pick<FoundThreshold, keyof ConditionLimits | 'rules'> => {
  if (keepFiringFor === '' || (limits.warn ?? limits.crit) === undefined) return limits;
  return { ...limits, rules: limits.crit === undefined ? { warn: title } : { crit: title } };
};

/** Alert rules of Prometheus, as signals. */
const alertRules = (block: CodeBlock): readonly FoundThreshold[] => {
  if (!namesAlert.test(block.text)) return [];
  const rules = yamlDocuments(block)
    .flatMap((document) => rulesInYaml(document) ?? rulesInLines(document))
    .map(
      ({ line, title, expr, wait, severity, rest }): FoundThreshold => ({
        ...{ line, title },
        ...withState(conditionLimits({ title, expr, severity }), title, rest.keep_firing_for),
        ...(parseDuration(wait) === undefined ? {} : { for: wait }),
        written: { expr, severity, ...(parseDuration(wait) === undefined ? { for: wait } : {}), ...rest },
      }),
    );
  return withBothLimits(rules);
};

/** The second limit of a rule: the same query, as long, and beyond it in the same direction. */
const isOtherLimit = (warning: FoundThreshold, critical: FoundThreshold): boolean => {
  if (warning.warn === undefined || warning.crit !== undefined) return false;
  if (critical.crit === undefined || critical.warn !== undefined) return false;
  if (warning.query !== critical.query || warning.for !== critical.for || warning.noData !== critical.noData)
    return false;
  const warn = parseBound(warning.warn);
  const crit = parseBound(critical.crit);
  return !('error' in warn) && !('error' in crit) && isReachedBefore(warn, crit);
};

/** A warning and a critical rule on one query as one signal with both limits. */
const withBothLimits = (rules: readonly FoundThreshold[]): readonly FoundThreshold[] => {
  const taken = new Set<FoundThreshold>();
  return rules.flatMap((rule): readonly FoundThreshold[] => {
    if (taken.has(rule)) return [];
    const other = rules.find(
      (found) => !taken.has(found) && (isOtherLimit(rule, found) || isOtherLimit(found, rule)),
    );
    if (other === undefined) return [rule];
    taken.add(other);
    const [warning, critical] = rule.warn === undefined ? [other, rule] : [rule, other];
    const named = rule.written;
    const second = other.written;
    const more = Object.entries(second).filter(([key, text]) => named[key] !== text);
    return [
      {
        ...rule,
        ...defined({ warn: warning.warn, crit: critical.crit }),
        ...(warning.rules === undefined && critical.rules === undefined
          ? {}
          : { rules: { warn: warning.title, crit: critical.title } }),
        written: {
          ...named,
          also: `${other.title} (line ${other.line})`,
          ...Object.fromEntries(more.map(([key, text]) => [`${key} there`, text])),
        },
      },
    ];
  });
};

const isMetric = (text: string): boolean =>
  /^[a-z][a-z0-9:]*_[a-z0-9_:]+(?:\{.*\})?(?:\s*[-+*/].*)?$/i.test(text.trim()) ||
  /^(?:rate|sum|avg|max|min|histogram_quantile|increase)\s*\(/.test(text.trim());

const amount = /^(?:[^<>≤≥=!\d]{0,24})?(<=|>=|==|!=|[<>≤≥])\s*(-?[\d.,]+)\s*(%|[a-z/]+)?/i;

/** '> 5% of calls' as bound and unit. */
const limitOf = (text: string): { readonly bound: string; readonly unit: string } | undefined => {
  const [, operator = '', digits = '', unit = ''] = amount.exec(text.trim()) ?? [];
  const factor = { k: 1e3, m: 1e6, K: 1e3, M: 1e6 }[unit] ?? 1;
  const value = Number(digits.replaceAll(',', '')) * factor;
  if (operator === '' || Number.isNaN(value)) return undefined;
  const plain = { '≤': '<=', '≥': '>=', '==': '=' }[operator] ?? operator;
  return { bound: `${plain}${value}`, unit: factor === 1 ? unit : '' };
};

/** Lists of 'Metric: …', 'Threshold: …', 'Severity: …' in a code block. */
const metricLists = (block: CodeBlock): readonly FoundThreshold[] => {
  const lines = block.text.split('\n');
  return lines.flatMap((line, i): readonly FoundThreshold[] => {
    const metric = /^\s*-?\s*metric:\s*(\S.*)$/i.exec(line)?.[1];
    if (metric === undefined) return [];
    const end = lines.findIndex((other, j) => j > i && /^\s*-?\s*metric:/i.test(other));
    const own = lines.slice(i, end < 0 ? undefined : end);
    const fieldText = (key: RegExp): string =>
      own.map((other) => key.exec(other)?.[1] ?? '').find((text) => text !== '') ?? '';
    const threshold = unquoted(fieldText(/^\s*-?\s*(?:threshold|limit|alert):\s*(\S.*)$/i));
    const severity = fieldText(/^\s*-?\s*severity:\s*(\S.*)$/i);
    const limit = limitOf(threshold);
    const title = /^\s*#\s*(\S.*)$/.exec(lines[i - 1] ?? '')?.[1] ?? metric;
    return [
      {
        line: block.firstLine + i,
        title,
        ...(isMetric(metric) ? { query: metric } : {}),
        ...byLevel(limit?.bound, severity),
        ...(limit === undefined || limit.unit === '' ? {} : { unit: limit.unit }),
        written: { threshold, severity },
      },
    ];
  });
};

/** PromQL blocks: each expression is a signal, with its comparison as the limit. */
const promql = (block: CodeBlock, title: string): readonly FoundThreshold[] =>
  block.text.split(/\n\s*\n/).flatMap((text, i): readonly FoundThreshold[] => {
    const code = text
      .split('\n')
      .filter((line) => !/^\s*#/.test(line))
      .join(' ')
      .trim();
    if (code === '') return [];
    const line = block.firstLine + block.text.slice(0, block.text.indexOf(text)).split('\n').length - 1;
    // A query without a comparison is no condition: it has a value, and no limit.
    const split = splitCondition(code);
    return [
      {
        line,
        title: i === 0 ? title : `${title} (${i + 1})`,
        query: split?.query ?? code,
        ...byLevel(split?.bound, ''),
        written: { expr: code },
      },
    ];
  });

const columns: readonly (readonly ['normal' | 'warning' | 'critical', RegExp])[] = [
  ['warning', /^(?:warn|alert|degraded|yellow|threshold)/i],
  ['critical', /^(?:crit|severe|red|page|emergency)/i],
  ['normal', /^(?:normal|target|healthy|expected|ok\b|good|green|slo|objective|goal)/i],
];

/** Returns the columns of a table of limits: the name, and at least one limit. Undefined for another table. */
const limitColumns = ({ header }: TableBlock): ReadonlyMap<number, string> | undefined => {
  const named = new Map(
    header.flatMap((title, i) => {
      const column = i === 0 ? undefined : columns.find(([, pattern]) => pattern.test(title))?.[0];
      return column === undefined ? [] : [[i, column] as const];
    }),
  );
  return named.size > 0 ? named : undefined;
};

/** Returns whether a table gives limits of metrics. */
const isThresholdTable = (block: TableBlock): boolean =>
  limitColumns(block) !== undefined &&
  block.rows.some(({ cells }) => cells.slice(1).some((cell) => /\d/.test(cell)));

const tableRows = (block: TableBlock): readonly FoundThreshold[] => {
  const named = limitColumns(block) ?? new Map<number, string>();
  return block.rows.map(({ line, cells }): FoundThreshold => {
    const written = Object.fromEntries([...named].map(([i, column]) => [column, cells[i] ?? '']));
    const name = cells[0] ?? '';
    const metric = cells.find((cell) => isMetric(cell));
    const warn = limitOf(written.warning ?? '');
    const crit = limitOf(written.critical ?? '');
    const unit = crit?.unit ?? warn?.unit ?? '';
    const query = metric === undefined ? {} : { query: metric };
    const limits = { ...(warn && { warn: warn.bound }), ...(crit && { crit: crit.bound }) };
    return {
      line,
      title: name,
      ...query,
      ...(metric === undefined ? {} : limits),
      ...(unit === '' ? {} : { unit }),
      written,
    };
  });
};

/** 'Response time: <200ms', 'Consumer lag (should be < 1000)'. */
const stated =
  /^(.{3,60}?)\s*(?::|\((?:should|must) be|\bshould be|\bmust be)\s*(?:target|p\d\d|target:|alert:?|max|min)?\s*((?:[<>≤≥]=?)\s*\d[^()]*)\)?/i;

const statedLimit = (block: Block): readonly FoundThreshold[] => {
  if ((block.is !== 'item' && block.is !== 'text') || roleOfPart(block.part) !== 'none') return [];
  const [, title = '', limit = ''] = stated.exec(block.text) ?? [];
  return title === ''
    ? []
    : [{ line: block.line, title, text: block.text, written: { target: limit.trim() } }];
};

/** Finds the limits that a block states; empty when it states none. `title`: the label for a query without a name. */
export const thresholdsOf = (block: Block, title: string): readonly FoundThreshold[] => {
  if (block.is === 'table') return isThresholdTable(block) ? tableRows(block) : [];
  if (block.is !== 'code') return statedLimit(block);
  if (block.lang === 'promql') return promql(block, title);
  if (!/^(?:ya?ml|text|txt)?$/.test(block.lang)) return [];
  const rules = alertRules(block);
  return rules.length > 0 ? rules : metricLists(block);
};

/** The variables of a limit whose metric is unknown: one per column. */
export const variablesOf = ({ title, written }: FoundThreshold): readonly (readonly [string, string])[] =>
  Object.entries(written).flatMap(([column, text]) =>
    text === '' ? [] : [[`${slug(title, 'limit')}-${slug(column, 'limit')}`, text] as const],
  );
