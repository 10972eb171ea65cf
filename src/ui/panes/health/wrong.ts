import { latency } from '../../../domain/format.ts';
import { keyOf } from '../../keys/rebound.ts';
import { faultSentence } from '../../text/faults.ts';
import { seenAgo, type Wrong } from '../wrong.ts';
import { saidBriefly } from './details.ts';
import type { ServiceRow } from './rows.ts';

/** 'down 503 · readiness: psp DOWN · 4.8s', of the open environment. */
export const healthWrong: Wrong<ServiceRow> = {
  says: (view, { own }) => {
    if (own.is === 'blind')
      return faultSentence(own.fault, own.env.facts, view.now, keyOf(view.cockpit, 'ask', 'r'));
    if (own.is !== 'seen') return own.is === 'waiting' ? 'no answer yet' : '';
    const { fact, stale } = own.worst;
    const code = fact.httpStatus === undefined ? '' : ` ${fact.httpStatus}`;
    const took = fact.latencyMs === undefined ? '' : latency(fact.latencyMs);
    const parts = [`${fact.status}${code}`, saidBriefly(own.worst), took];
    return `${seenAgo(view, fact.at, stale)}${parts.filter((part) => part !== '').join(' · ')}`;
  },
  blindBy: ({ own }) => (own.is === 'blind' ? own.fault.source : undefined),
  since: ({ own }) => (own.is === 'seen' ? own.worst.since : undefined),
};
