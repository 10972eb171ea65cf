/** A pane that is not there yet: its name and its keys are kept for it, and say so. */
export interface LaterPane {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  /** What it will show. */
  readonly will: string;
}

/** Places that are kept. */
export const laterPanes: readonly LaterPane[] = [
  {
    id: 'incident',
    title: 'INCIDENT',
    keys: ['9', '!'],
    will: 'what happened, who did what, the next update',
  },
  { id: 'checklists', title: 'CHECKLISTS', keys: ['c'], will: 'steps to tick, some by a reading' },
  { id: 'queues', title: 'QUEUES', keys: [], will: 'depth and oldest message of each queue' },
  { id: 'ci', title: 'CI', keys: [], will: 'the last runs of each workflow' },
];

/** Why it cannot be opened: 'LOGS comes later: lines of …'. */
export const whyLater = ({ title, will }: LaterPane): string => `${title} comes later: ${will}`;
