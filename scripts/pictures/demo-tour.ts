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
      title: 'The overview of a healthy production environment',
      steps: [isWell],
    },
    {
      file: 'overview-incident',
      title:
        'The overview during a broker outage: worst rows first in every pane, open breakers, firing alerts',
      steps: [': text:rehearse space text:dependency-down enter', isBroken],
    },
    {
      file: 'now',
      title: 'Problems: the problems of all panes, worst first, each with its pane and the suggested runbook',
      steps: ['W', /▌W Problems[\s\S]*broker [\s\S]*Broker down/],
    },
    {
      file: 'journal',
      title: 'Changes: changes, with times',
      steps: ['J', /▌J Changes[\s\S]*OPEN/],
    },
    {
      file: 'breakers',
      title:
        'Circuit breakers: state, failure rate and rejected calls, with the limits of the selected breaker',
      steps: [': text:breakers enter enter', /Circuit breakers[\s\S]*Sliding window/],
    },
    {
      file: 'matrix',
      title: 'Threshold matrix: signals by environment, with the chart and thresholds of the selected signal',
      steps: [': text:matrix enter enter', /Threshold matrix[\s\S]*values? in \d+m[\s\S]*warn at/],
    },
    {
      file: 'alerts',
      title: 'Alerts: firing and silenced alerts, and the runbook of each',
      steps: [
        ': text:alerts enter',
        /▌7 Alerts[\s\S]*HighErrorRate/,
        'enter',
        /Alerts[\s\S]*prom rules for this alert/,
      ],
    },
    {
      file: 'high-contrast',
      title: 'The theme high-contrast',
      steps: ['0', ': text:theme space text:high-contrast enter', /Circuit breakers[\s\S]*✗ .*OPEN/],
    },
    {
      file: 'past',
      title:
        'Time travel: the header shows PAST, every pane shows the facts of that time, and nothing can be changed',
      steps: [': text:theme space text:dark enter', isLongBroken, '{', /PAST \d/],
    },
    {
      file: 'recovered',
      title: 'A recovered run: the call, its answer, and the verification steps that held',
      steps: [
        '.',
        /read-only[\s\S]*✗ .*OPEN/,
        ...arming,
        'ctrl-p text:broker space text:restart',
        /▸.*Broker down: restart/,
        'enter',
        /Confirm in PRODUCTION/,
        // A card accepts a confirmation only after a delay.
        'wait:1100 enter',
        /Sending in/,
        /● RECOVERED/,
      ],
    },
  ],
};
