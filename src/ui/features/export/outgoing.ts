import type { View } from '../../view.ts';

/**
 * Text on its way out of the cockpit, by the clipboard or into a file: what the pen would draw of it, controls and all.
 * Everything that leaves goes through here; what must not be shared is taken out here or in the pen. `field`: the name of the
 * field that it is the value of.
 */
export const outgoing = ({ pen }: View, text: string, field?: string): string =>
  pen.run(field === undefined ? text : pen.maskField(text, field)).text;
