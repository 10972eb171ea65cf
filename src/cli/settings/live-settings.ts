import { basename } from 'node:path';
import { type Complaint, formatComplaint } from '../../domain/position.ts';
import type { KeyBindingRequest, Settings } from '../../domain/settings.ts';
import { withMessage } from '../../engine/cockpit/messages.ts';
import type { CockpitStore } from '../../store/cockpit.ts';
import type { ParsedSettings } from './settings-file.ts';

/** Which of the wanted keys can be had, and what is wrong with the others. */
type Rebind = (wanted: readonly KeyBindingRequest[]) => {
  readonly keys: Settings['keys'];
  readonly complaints: readonly Complaint[];
};

/** The settings of an open cockpit. */
interface LiveSettings {
  /** At the start: the usual stands for what is wrong, and it is told. */
  begin(parsed: ParsedSettings): void;
  /** The file has been saved: a good one holds from now on, a wrong one is told and changes nothing. */
  saved(parsed: ParsedSettings): void;
}

/** The message row holds one line, and the newest: so many of them are worth telling. */
const told = 3;

/** A complaint as the message row has room for it: which directory config.yaml is in, everybody knows. */
const shortLine = (complaint: Complaint): string =>
  formatComplaint({
    ...complaint,
    position: { ...complaint.position, file: basename(complaint.position.file) },
  });

const applied = (parsed: ParsedSettings, rebind: Rebind) => {
  const { keys, complaints } = rebind(parsed.wantedKeys);
  return { settings: { ...parsed.settings, keys }, complaints: [...parsed.complaints, ...complaints] };
};

/** Puts what config.yaml says into what the cockpit shows. */
export const createLiveSettings = (
  cockpit: CockpitStore,
  now: () => number,
  rebind: Rebind,
): LiveSettings => {
  const say = (text: string, level: 'ok' | 'warn'): void =>
    cockpit.setState((s) => withMessage(s, now(), level, text));
  /** The first one last, where it is seen. */
  const complain = (complaints: readonly Complaint[], outcome: string): void => {
    const more = complaints.length > 1 ? ` · ${complaints.length} in all` : '';
    for (const [index, one] of [...complaints.slice(0, told).entries()].reverse())
      say(`${shortLine(one)} · ${outcome}${index === 0 ? more : ''}`, 'warn');
  };
  return {
    begin: (parsed) => {
      const { settings, complaints } = applied(parsed, rebind);
      cockpit.setState({ settings });
      complain(complaints, 'the usual stands');
    },
    saved: (parsed) => {
      const { settings, complaints } = applied(parsed, rebind);
      if (complaints.length > 0) return complain(complaints, 'the old one stays');
      cockpit.setState({ settings });
      if (parsed.absent === true) say('config.yaml has gone: the usual holds from now on', 'warn');
      else say('config.yaml has changed and holds from now on', 'ok');
    },
  };
};
