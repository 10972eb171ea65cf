import { defined } from '../base/defined.ts';
import type { Level } from '../facts/level.ts';
import { pluralize } from '../text/count-text.ts';
import type {
  IncidentEntry,
  IncidentEvent,
  IncidentField,
  SendOutcome,
  SentAction,
  TimelineLine,
} from './incident-event.ts';

const fieldWords: Readonly<Record<IncidentField, string>> = {
  title: 'title',
  impact: 'impact',
  cause: 'cause',
  commander: 'commander',
  scribe: 'scribe',
  services: 'affected services',
  eta: 'expected resolution',
};

const quietly = (text: string): string => (text === '' ? '' : `: ${text}`);

const sentTexts: Readonly<Record<SentAction, Readonly<Record<SendOutcome, string>>>> = {
  update: { sent: 'update posted', failed: 'update not posted', unknown: 'update may have been posted' },
  acknowledge: { sent: 'acknowledged', failed: 'not acknowledged', unknown: 'may be acknowledged' },
  resolve: { sent: 'resolved', failed: 'not resolved', unknown: 'may be resolved' },
  page: { sent: 'on-call paged', failed: 'on-call not paged', unknown: 'on-call may have been paged' },
  note: { sent: 'note added', failed: 'note not added', unknown: 'note may have been added' },
  issue: { sent: 'issue filed', failed: 'issue not filed', unknown: 'issue may have been filed' },
  'follow-ups': {
    sent: 'follow-up issues filed',
    failed: 'follow-up issues not filed',
    unknown: 'not all follow-up issues are filed',
  },
};

/** A resolution while something was critical or unknown says what, and why. */
const statusLine = (
  { notGreen = [], reason = '', text }: Extract<IncidentEvent, { event: 'status' }>,
  line: TimelineLine,
): TimelineLine => {
  if (notGreen.length === 0) return line;
  const why = reason === '' || reason === text ? '' : `, because ${reason}`;
  return {
    ...line,
    text: `${line.text} (${pluralize(notGreen.length, 'open finding')}${why})`,
    level: 'warn',
    details: notGreen,
  };
};

/** 'ana@desk-1 → ben@desk-2': who had command, and who has it now. */
const fieldText = (
  { field, value }: Extract<IncidentEvent, { event: 'field' }>,
  commander: string,
): string => {
  const is = value === '' ? '(removed)' : value;
  return field === 'commander' && commander !== '' && commander !== value ? `${commander} → ${is}` : is;
};

/** The line that an entry adds to the timeline of its incident. `commander`: that before the entry. */
export const timelineLineOf = ({ at, who, entry }: IncidentEntry, commander: string): TimelineLine => {
  const by = (word: string, text: string, level: Level = 'ok'): TimelineLine => ({
    at,
    who,
    word,
    text,
    level,
  });
  switch (entry.event) {
    case 'declared':
      return by('declared', `${entry.severity === '' ? '' : `${entry.severity} · `}${entry.title}`, 'crit');
    case 'acknowledged':
      return by('acknowledged', '');
    case 'severity':
      return by('severity', `${entry.severity}${quietly(entry.reason)}`, 'warn');
    case 'status':
      return statusLine(entry, by('status', `${entry.status}${quietly(entry.text)}`));
    case 'field':
      return by(fieldWords[entry.field], fieldText(entry, commander));
    case 'note':
      return by('note', entry.text);
    case 'update':
      return by('update', `${entry.text}${entry.to === '' ? '' : ` (${entry.to})`}`);
    case 'escalated':
      return by('escalated', `${entry.step}${quietly(entry.text)}`, 'warn');
    case 'next-step':
      return by('next step', entry.text);
    case 'action-item':
      return by('action item', `${entry.text}${entry.owner === '' ? '' : ` (${entry.owner})`}`);
    case 'linked':
      return by('linked', `${entry.service} ${entry.reference}`);
    case 'sent': {
      const { service, action, outcome, reference, text } = entry;
      const what = [sentTexts[action][outcome], outcome === 'sent' ? reference : ''].filter(
        (part) => part !== '',
      );
      return by(service, `${what.join(' ')}${quietly(text)}`, outcome === 'sent' ? 'ok' : 'warn');
    }
    case 'observed':
      return {
        at: entry.seenAt,
        who: entry.by ?? '',
        word: entry.kind,
        text: entry.text,
        level: entry.level,
        ...defined({ run: entry.run }),
      };
    case 'attached': {
      const { kind, title, lines, level, seenAt } = entry;
      // A diagnosis is attached by the cockpit whose user has asked for it.
      return {
        at: seenAt,
        who: kind === 'diagnosis' ? who : '',
        word: kind,
        text: title,
        level,
        details: lines,
      };
    }
    case 'post-mortem':
      return by('post-mortem', entry.file);
  }
};
