import { joinParts } from '../define/check-words.ts';
import { defineKind } from '../define/define-kind.ts';
import { fieldsOf } from '../define/fields.ts';
import type { OnCall } from './fact.ts';

const { id, idNumber, text, maybeText, time } = fieldsOf<OnCall>();

const fields = {
  name: id('person', (f) => f.name),
  policy: id('escalation policy', (f) => f.policy),
  escalationLevel: idNumber('position in the escalation, from 1', (f) => f.escalationLevel),
  schedule: text(
    'on-call schedule of the person. Empty when the policy names the person directly',
    (f) => f.schedule,
  ),
  email: maybeText('email address', (f) => f.email),
  startsAt: time('the shift of this person starts at this time', (f) => f.startsAt),
  endsAt: time('the shift of this person ends at this time', (f) => f.endsAt),
};

/** People on call. They have no level of their own: `count(oncalls[policy = "Platform"]) = 0` finds a gap. */
export const oncalls = defineKind<OnCall, typeof fields>({
  name: 'oncalls',
  says: 'Lists the people on call, by escalation policy and level',
  fields,
  state: () => 'on call',
  levels: {
    words: {},
    meanings: { 'on call': 'PagerDuty notifies this person when the escalation reaches the level' },
  },
  inTotal: false,
  inHeader: false,
  inOverview: false,
  identity: (f) => [f.policy, f.escalationLevel, f.name, f.schedule],
  label: (f) => joinParts(f.name, `${f.policy} level ${f.escalationLevel}`),
  choice: (f) => `${f.policy} level ${f.escalationLevel}`,
  words: (r) => ({
    name: joinParts(r.name, `${r.policy} level ${r.escalationLevel}`),
    state: 'on call',
    details: [r.schedule, r.endsAt === null ? undefined : `until ${r.endsAt}`],
  }),
});
