import type { KeyedIncident } from './incidents.ts';

const inTicks = (text: string): string => `\`${text}\``;

/** '`INC-7` `enter`': the keys of a step as a page shows them. */
const keysText = (press: string): string =>
  press
    .split(' ')
    .map((word) => inTicks(word.replace(/^text:/, '')))
    .join(' ');

/** The Markdown table of an incident: the keys of each step, and what the screen shows then. */
export const keyTable = ({ steps }: KeyedIncident): string =>
  [
    '| press | and see |',
    '| --- | --- |',
    ...steps.map(({ sees }, index) => {
      const { press } = steps[index - 1] ?? {};
      return `| ${press === undefined ? '' : `${keysText(press)} `}| ${sees.map(inTicks).join(', ')} |`;
    }),
  ].join('\n');
