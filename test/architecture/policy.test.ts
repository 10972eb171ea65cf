import { describe, expect, test } from 'vitest';
import { filesUnder } from './imports.ts';
import { linesAfter } from './lines.ts';

/** A decision that only `src/runs/policy` makes, and code that makes it elsewhere. */
interface Decision {
  readonly name: string;
  readonly pattern: RegExp;
  readonly remedy: string;
  /** Code that the pattern must find. */
  readonly refused: readonly string[];
  /** Code that looks similar and decides nothing. */
  readonly harmless: readonly string[];
}

const decisions: readonly Decision[] = [
  {
    name: 'danger',
    pattern:
      /[!=]== '(?:safe|disruptive|destructive|as-step)'|\bdanger\)?(?:\([^)]*\))? [!=]== '|'danger'\) [!=]== '|\bcase '(?:safe|disruptive|destructive|as-step)'|\bdangers\.(?:indexOf|findIndex|lastIndexOf)\(|\[[^\]]*'disruptive', '/,
    remedy: 'Ask src/runs/policy/danger.ts: changes, reaches, isNoticeable, stepDanger.',
    refused: [
      "if (danger === 'read') return [];",
      "if (planned.danger !== 'read') acts.push(act);",
      "return said === 'as-step' ? step.danger : said;",
      "operation.danger(params) === 'read'",
      "if (textAt(step, 'danger') === 'read') return [];",
      "switch (danger) { case 'destructive': return true; }",
      'dangers.indexOf(a) >= dangers.indexOf(b)',
      "const order = ['read', 'safe', 'disruptive', 'destructive'];",
    ],
    harmless: [
      "if (state.is === 'read') return state.lines;",
      "{ name: 'restart', danger: 'disruptive', params }",
      "danger: z.literal('read').optional(),",
      "'danger.disruptive': { ink: 'warn', bold: true },",
      'danger === undefined ? {} : { danger }',
    ],
  },
  {
    name: 'tier',
    pattern:
      /[!=]== '(?:staging|production)'|\btier\)? [!=]== '|\bcase '(?:staging|production)'|\btiers\.(?:indexOf|findIndex|lastIndexOf)\(|\[[^\]]*'staging', '/,
    remedy: 'Ask src/runs/policy/tiers.ts: isProduction, isStricter, compareTiers.',
    refused: [
      "const readOnly = tier === 'production' || guard.readOnly;",
      "open.tier !== 'local'",
      "env === 'staging'",
      'tiers.indexOf(a) > tiers.indexOf(b)',
      "z.enum(['local', 'dev', 'staging', 'production'])",
    ],
    harmless: [
      "red: 'production',",
      "clock === 'local' ? local(at) : at",
      'tier === undefined ? [] : [tier]',
    ],
  },
  {
    name: 'cancel window',
    pattern:
      /\bshortest\w*Window|\b\w*[wW]indow(?:Ms)?\b(?:: Millis)? (?:=|<|<=|>=|===) (?:5_?000|5 \*)|\b(?:cancelWindow|windowMs)\w* (?:<|<=|>=) |Math\.(?:min|max)\([^)]*\.windowMs/,
    remedy: 'Ask src/runs/policy: shortestWindowMs and raisedGuard in guard.ts, gateOf in gates.ts.',
    refused: [
      'const shortestWindowMs: Millis = 5000;',
      'const cancelWindowMs = 5_000;',
      'if (value.cancelWindow < 5000) lower();',
      'windowMs: Math.max(a.windowMs, b.windowMs),',
    ],
    harmless: [
      'if (windowMs > 0) await clock.sleep(windowMs, signal);',
      'cancelWindow: zDuration.optional(),',
    ],
  },
  {
    name: 'gate',
    pattern:
      /\bgate: (?:Gate = )?\{ |\{ arm: (?:true|false)|\bconfirm: (?:true|false)|\btyped: (?:true|false)\b/,
    remedy: 'Ask src/runs/policy/gates.ts: gateOf, manualGate, withTypedName, strictest.',
    refused: [
      'return { ...gate, typed: false };',
      'const open: Gate = { arm: false, confirm: false, preview: false };',
    ],
    harmless: ["gate: z.enum(['confirm', 'typed']).optional(),", 'gate.typed ? names : []'],
  },
];

/** The simulator is exempt: its systems are not protected by opsdeck's policy. */
const files = (await filesUnder('src')).filter((file) => !/^src\/(runs\/policy|simulator)\//.test(file));

const withoutComments = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(^|\s)\/\/[^\n]*/g, '$1');

const linesOf = linesAfter(withoutComments);

describe.each(decisions)('only the policy decides: $name', ({ pattern, remedy, refused, harmless }) => {
  test('no other file matches the pattern', async () => {
    const wrong: string[] = [];
    for (const file of files)
      for (const [index, line] of (await linesOf(file)).entries())
        if (pattern.test(line)) wrong.push(`${file}:${index + 1} ${line.trim()}. ${remedy}`);
    expect(wrong).toEqual([]);
  });

  test.each(refused)('detects %s', (code) => {
    expect(code).toMatch(pattern);
  });

  test.each(harmless)('ignores %s', (code) => {
    expect(code).not.toMatch(pattern);
  });
});
