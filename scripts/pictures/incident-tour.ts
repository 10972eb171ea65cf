import type { Tour } from './picture.ts';
import { isBroken, isWell } from './seen.ts';

/** An incident from red to RECOVERED by keys, as an animated picture. */
export const incidentTour: Tour = {
  name: 'incident',
  size: '120x36',
  args: ['--env', 'demo/production', '--rehearse'],
  pictures: [],
  film: {
    file: 'incident',
    title: 'An incident from red to RECOVERED: what is wrong, the suggested runbook, its preview, the run',
    screens: [
      { caption: 'Production is healthy.', seconds: 2.5, steps: [isWell] },
      {
        caption: 'The broker goes down: health and signals turn critical, breakers open, alerts fire.',
        seconds: 4,
        steps: [': text:rehearse space text:dependency-down enter', isBroken],
      },
      {
        caption: 'W: what is the problem? The cause first, with the suggested runbook.',
        seconds: 4,
        steps: ['W', /▌W Problems[\s\S]*broker [\s\S]*Broker down/],
      },
      {
        caption: 'J: what changed?',
        seconds: 3,
        steps: ['J', /▌J Changes[\s\S]*OPEN/],
      },
      {
        caption: 'A: production is read-only until it is armed, with a reason and for a limited time.',
        seconds: 3,
        steps: ['A text:INC-114', /INC-114/],
      },
      {
        caption: 'R: runbooks, the suggested one first, with the reason.',
        seconds: 4,
        steps: ['enter', /ARMED .*\d+:\d\d left/, 'R', /Runbooks[\s\S]*Broker down: restart/],
      },
      {
        caption: 'Enter: the preview shows the exact calls and the affected objects. Nothing is sent yet.',
        seconds: 5,
        steps: ['enter', /Confirm in PRODUCTION/],
      },
      {
        caption: 'Enter: five seconds in which any key cancels.',
        seconds: 2,
        // A card accepts a confirmation only after a delay.
        steps: ['wait:1100 enter', /Sending in/],
      },
      {
        caption: 'It ends as RECOVERED only when the verification holds.',
        seconds: 5,
        steps: [/● RECOVERED/],
      },
      {
        caption: 'Healthy again; the ledger keeps who did what, and why.',
        seconds: 4,
        steps: ['esc wait:300 0', /^(?![\s\S]*✗)[\s\S]*● All clear[\s\S]*● 5 closed/],
      },
    ],
  },
};
