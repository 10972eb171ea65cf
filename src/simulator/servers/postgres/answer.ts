import { activityAnswers } from './activity-answers.ts';
import type { Answerer, Asking } from './asking.ts';
import { catalogueAnswers } from './catalogue-answers.ts';
import { changeAnswers } from './change-answers.ts';
import { typesOf } from './column-types.ts';
import { Refusal, type Rows } from './messages.ts';
import { ownAnswer } from './own-answers.ts';
import { roleAnswers } from './role-answers.ts';

const answerers: Readonly<Record<string, Answerer>> = {
  ...activityAnswers,
  ...catalogueAnswers,
  ...changeAnswers,
  ...roleAnswers,
  sql: ownAnswer,
};

const writers = new Set([...Object.keys(changeAnswers).filter((tag) => tag !== 'explain'), 'password']);
const signals = new Set(['cancel', 'terminate']);

/** Answers a statement of ours, told by the tag that leads it; any other is not in this world. Throws Refusal. */
export const answer = (asking: Asking, isReadOnly: boolean): Rows => {
  const [, tag = '', text = ''] = /^\/\* opsdeck:(\w+) \*\/ ([\s\S]*)$/.exec(asking.text) ?? [];
  const give = Object.hasOwn(answerers, tag) ? answerers[tag] : undefined;
  if (give === undefined) throw new Refusal('0A000', 'not in this world');
  if (isReadOnly && writers.has(tag))
    throw new Refusal('25006', `cannot execute ${text.split(' ')[0] ?? ''} in a read-only transaction`);
  if (writers.has(tag) || signals.has(tag)) asking.note(text, JSON.stringify(asking.values));
  const rows = give({ ...asking, text });
  return { ...rows, types: typesOf(tag, rows.columns) };
};
