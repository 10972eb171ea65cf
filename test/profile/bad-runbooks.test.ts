import { expect, test } from 'vitest';
import { head, saidOf } from './support/loading.ts';

/** Keys of the runbook start on line 9. */
const runbook = (body: string): string =>
  `${head}sources:\n  bus: { type: probe, url: "http://x", checks: [{ service: bus, path: / }] }\nrunbooks:\n  - id: r\n${body}`;

const cases = [
  {
    name: 'an unknown field of breakers',
    text: runbook('    when: any(breakers | stat = open)\n'),
    said: ['p/dev.yaml:9:11: r when: col 16: no field is called stat in breakers. Did you mean state?'],
  },
  {
    name: 'an unknown source',
    text: runbook('    act: [{ use: bsu.breaker }]\n'),
    said: ['p/dev.yaml:9:18: r act[0].use: "bsu.breaker" names no source of this profile. Did you mean bus?'],
  },
  {
    name: 'an unknown operation and an unknown feed',
    text: runbook('    act: [{ use: bus.breakr }]\n    diagnose: [{ use: bus.helth }]\n'),
    said: [
      'p/dev.yaml:9:18: r act[0].use: bus has no operation breakr. Did you mean breaker?',
      'p/dev.yaml:10:23: r diagnose[0].use: bus has no feed or operation helth. Did you mean health?',
    ],
  },
  {
    name: 'unknown values for the parameters of the operation',
    text: runbook('    act: [{ use: bus.breaker, with: { nam: a, to: opne } }]\n'),
    said: [
      'p/dev.yaml:9:39: unknown key "nam". Did you mean "name"?',
      'p/dev.yaml:9:51: r act[0].with.to "opne" is not a valid value. Write close or disable',
    ],
  },
  {
    name: 'a missing parameter of the operation',
    text: runbook('    act: [{ use: bus.breaker, with: { to: close } }]\n'),
    said: ['p/dev.yaml:9:37: r act[0].with: name is missing. Write name: …'],
  },
  {
    name: "a danger lower than the operation's",
    text: runbook('    act: [{ use: bus.breaker, danger: safe, with: { name: a, to: close } }]\n'),
    said: [
      'p/dev.yaml:9:39: r act[0]: bus.breaker is disruptive. Danger cannot be lowered to safe. Remove danger, or write a higher one',
    ],
  },
  {
    name: 'a step without the required danger',
    text: runbook('    act: [{ use: bus.request, with: { method: POST, path: /x } }]\n'),
    said: [
      'p/dev.yaml:9:18: r act[0]: bus.request does not say how dangerous it is. Write danger: read | safe | disruptive | destructive',
    ],
  },
  {
    name: 'a diagnose step that may change something',
    text: runbook('    diagnose: [{ use: bus.request, with: { method: POST, path: /x } }]\n'),
    said: [
      'p/dev.yaml:9:23: r diagnose[0]: bus.request may change something, but a step of diagnose may only read. Move the step to act of the runbook',
    ],
  },
  {
    name: 'a diagnose step whose parameters write, although it is declared as reading',
    text: runbook('    diagnose: [{ use: bus.request, danger: read, with: { method: POST, path: /x } }]\n'),
    said: [
      'p/dev.yaml:9:23: r diagnose[0]: bus.request may change something, but a step of diagnose may only read. Move the step to act of the runbook',
    ],
  },
  {
    name: 'a program in a diagnose step without danger: read',
    text: `${head}sources: { k8s: { type: cluster } }\nrunbooks:\n  - id: r\n    diagnose: [{ use: k8s.exec, with: { argv: [df] } }]\n`,
    said: [
      'p/dev.yaml:8:23: r diagnose[0]: k8s.exec may change something, but a step of diagnose may only read. Write danger: read if nothing is changed, or move the step to act of the runbook',
    ],
  },
  {
    name: 'an invalid danger in diagnose, and a disruptive operation declared as reading',
    text: runbook(
      '    diagnose: [{ use: bus.look, danger: safe }, { use: bus.breaker, danger: read, with: { name: a, to: close } }]\n',
    ),
    said: [
      'p/dev.yaml:9:41: r diagnose[0].danger "safe" is not a valid value. Write read',
      'p/dev.yaml:9:77: r diagnose[1]: bus.breaker is disruptive, but a step of diagnose may only read. Move the step to act of the runbook',
    ],
  },
  {
    name: 'a diagnose step that changes something',
    text: runbook('    diagnose: [{ use: bus.breaker, with: { name: a, to: close } }]\n'),
    said: [
      'p/dev.yaml:9:23: r diagnose[0]: bus.breaker is disruptive, but a step of diagnose may only read. Move the step to act of the runbook',
    ],
  },
  {
    name: 'a verification that expects a result the operation never returns',
    text: runbook(
      "    verify: [{ use: bus.look, expect: { rows: '= 0', matches: x } }, { use: bus.request, expect: { column: n, value: 5 }, with: { method: GET, path: /x } }]\n",
    ),
    said: [
      'p/dev.yaml:9:47: r verify[0].expect.rows: bus.look never returns rows. Expect one of these instead: value, matches',
      'p/dev.yaml:9:108: r verify[1].expect.column: bus.request never returns rows. Expect one of these instead: value, status, json, matches',
    ],
  },
  {
    name: 'a verification that changes something, and one that may',
    text: runbook(
      '    verify: [{ use: bus.breaker, expect: { matches: ok }, with: { name: a, to: close } }, { use: bus.request, expect: { status: 200 }, with: { method: POST, path: /x } }]\n',
    ),
    said: [
      'p/dev.yaml:9:21: r verify[0]: bus.breaker is disruptive, but a step of verify may only read. Move the step to act of the runbook',
      'p/dev.yaml:9:98: r verify[1]: bus.request may change something, but a step of verify may only read. Move the step to act of the runbook',
    ],
  },
  {
    name: 'a loop over a single value',
    text: runbook(
      '    params: { n: { type: string } }\n    act: [{ use: bus.breaker, each: n, with: { name: "${each}", to: close } }]\n',
    ),
    said: [
      'p/dev.yaml:10:37: r act[0].each: n has type string. A loop needs type choices. Write type: choices, or: add a parameter of type choices',
    ],
  },
  {
    name: 'a step whose timeout exceeds the maximum',
    text: runbook('    act: [{ use: bus.look, timeout: 3h }]\n'),
    said: ['p/dev.yaml:9:37: r act[0].timeout: a step can take at most two hours. Write 2h or less'],
  },
  {
    name: 'steps without an action, or with two',
    text: runbook('    act: [{}, { manual: true }, { manual: true, title: t, use: bus.look }]\n'),
    said: [
      'p/dev.yaml:9:11: r act[0]: the step is empty. Write one of use, manual',
      'p/dev.yaml:9:15: r act[1]: a manual step needs a title. Write title: what to do',
      'p/dev.yaml:9:33: r act[2]: use and manual cannot be combined. Write two steps',
    ],
  },
  {
    name: 'a duplicate step id',
    text: runbook('    act: [{ id: a, use: bus.look }, { id: a, use: bus.look }]\n'),
    said: [
      'p/dev.yaml:9:43: duplicate r act step "a" (first at p/dev.yaml:9:17). Rename or remove one of the two',
    ],
  },
  {
    name: 'a duplicate runbook id',
    text: runbook('  - id: r\n'),
    said: [
      'p/dev.yaml:9:9: duplicate runbook "r" (first at p/dev.yaml:8:9). Rename or remove one of the two',
    ],
  },
  {
    name: 'verify with an unknown word',
    text: runbook('    verify: never\n'),
    said: ['p/dev.yaml:9:13: r verify: expected none or a list, found text. Write none or a list: [ … ]'],
  },
  {
    name: 'a deadline without a unit',
    text: runbook('    verify: [{ that: "all(breakers | state = closed)", within: 60 }]\n'),
    said: ['p/dev.yaml:9:64: r verify[0].within 60 needs a unit. Write 60s'],
  },
  {
    name: 'invalid parameters',
    text: runbook(
      '    params:\n      a: { type: choise }\n      b: { type: choice }\n      c: { type: int, min: 5, max: 1 }\n      "d e": { type: string }\n      f: { type: choice, of: [x, y], default: z }\n      g: { type: duration, default: 5 }\n',
    ),
    said: [
      'p/dev.yaml:10:18: r params.a.type "choise" is not a valid value. Did you mean "choice"?',
      'p/dev.yaml:11:10: r params.b: a choice needs exactly one of from, of and read. Write from: KIND.FIELD, of: [ … ], or read: { use: … }',
      'p/dev.yaml:12:28: r params.c.min 5 is more than max 1. Swap the two limits',
      'p/dev.yaml:13:7: r params "d e" is not a valid name. Start with a letter, then letters, digits, - and _',
      'p/dev.yaml:14:47: r params.f.default "z" is not among the choices. Write one of x, y',
      'p/dev.yaml:15:37: r params.g.default: expected text, found 5. Put the value in quotes',
    ],
  },
  {
    // A record by name would seem to have an entry of this name: a checklist, for example, a mark.
    name: 'names that every object has',
    text: runbook('    params:\n      toString: { type: string }\n').replace('id: r', 'id: constructor'),
    said: [
      'p/dev.yaml:8:9: constructor id "constructor" is a reserved name. Choose another one',
      'p/dev.yaml:10:7: constructor params "toString" is a reserved name. Choose another one',
    ],
  },
];

test.each(cases)('$name: reports position and remedy', async ({ text, said }) => {
  expect(await saidOf(text)).toEqual(said);
});

test('reports errors of an included file at their position in it', async () => {
  const files = { 'p/books/r.yaml': 'runbooks:\n  - id: r\n    vreify: none\n' };
  expect(await saidOf(`${head}runbooks: [{ include: books/r.yaml }]\n`, { files })).toEqual([
    'p/books/r.yaml:3:5: unknown key "vreify". Did you mean "verify"?',
  ]);
});

test('reports includes that are missing, not a list, or cyclic', async () => {
  const files = {
    'p/a.yaml': '- include: b.yaml\n',
    'p/b.yaml': 'runbooks:\n  - { include: a.yaml }\n',
    'p/c.yaml': 'runbook: []\n',
  };
  const text = `${head}runbooks: [{ include: a.yaml }, { include: c.yaml }, { include: d.yaml }, { include: 3 }]\n`;
  expect(await saidOf(text, { files })).toEqual([
    'p/b.yaml:2:16: the files include each other in a cycle: p/dev.yaml → p/a.yaml → p/b.yaml → p/a.yaml. Remove one of these include lines',
    'p/c.yaml:1:1: unknown key "runbook". An included file can only contain runbooks:',
    'p/c.yaml:1:1: expected a list of runbooks, found no runbooks. Write runbooks: and a list',
    'p/dev.yaml:5:65: no such file: p/d.yaml. Correct the path',
    'p/dev.yaml:5:86: include expects a file name, found a number. Write include: runbooks.yaml',
  ]);
});
