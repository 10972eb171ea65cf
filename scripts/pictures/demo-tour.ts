import type { Tour } from './picture.ts';
import { arming, isBroken, isLongBroken, isWell } from './seen.ts';

/** Production of the demo system: healthy, without its broker, and recovered. */
export const demoTour: Tour = {
  name: 'demo',
  size: '120x36',
  args: ['--env', 'demo/production', '--rehearse'],
  pictures: [
    {
      file: 'overview',
      title: 'The overview of production with nothing out of its limits',
      steps: [isWell],
    },
    {
      file: 'overview-incident',
      title:
        'The overview while the broker is down: the worst first in every pane, open breakers, firing alerts',
      steps: [': text:rehearse space text:dependency-down enter', isBroken],
    },
    {
      file: 'now',
      title:
        'NOW: every finding of all panes, worst first, with the pane it is from and the runbook that fits',
      steps: ['W', /▌W NOW[\s\S]*broker .*Broker down/],
    },
    {
      file: 'journal',
      title: 'JOURNAL: what changed, and when',
      steps: ['J', /▌J JOURNAL[\s\S]*OPEN/],
    },
    {
      file: 'breakers',
      title:
        'BREAKERS: state, failure rate and calls that were not permitted, with the limits of the one that is chosen',
      steps: [': text:breakers enter enter', /BREAKERS[\s\S]*limits/],
    },
    {
      file: 'matrix',
      title: 'MATRIX: signals across environments; the chosen one with its chart and its limits',
      steps: [': text:matrix enter enter', /MATRIX[\s\S]*warn at/],
    },
    {
      file: 'alerts',
      title: 'ALERTS: what fires, what is held back, and the runbook of each',
      steps: [': text:alerts enter', /▌7 ALERTS[\s\S]*HighErrorRate/, 'enter', /ALERTS[\s\S]*rules of prom/],
    },
    {
      file: 'high-contrast',
      title: 'The theme high-contrast',
      steps: ['0', ': text:theme space text:high-contrast enter', /overview[\s\S]*✗ OPEN/],
    },
    {
      file: 'past',
      title:
        'An earlier moment: the header says PAST, every pane shows what was known then, and nothing can be changed from there',
      steps: [': text:theme space text:dark enter', isLongBroken, '{', /PAST \d/],
    },
    {
      file: 'recovered',
      title: 'A run that recovered: the call, its answer, and the proofs that held',
      steps: [
        '.',
        /READ-ONLY[\s\S]*✗ OPEN/,
        ...arming,
        'ctrl-p text:broker space text:restart',
        /▸ .*Broker down: restart/,
        'enter',
        /CONFIRM IN PRODUCTION/,
        // A card accepts a confirmation only after a delay.
        'wait:500 enter',
        /SENDING IN/,
        /● RECOVERED/,
      ],
    },
  ],
};
