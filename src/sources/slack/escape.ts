/**
 * Escapes a text for Slack: without `<`, nothing in it is a mention, a link or a command. Source: Slack docs, Formatting
 * message text, Escaping text.
 */
export const escapeSlackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Reverses `escapeSlackText`, for a text that Slack returns. */
export const unescapeSlackText = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Marks an intended mention: 'here', 'channel', a user (U…) or a user group (S…). */
export const mentionText = (who: string): string => {
  if (who === 'here' || who === 'channel') return `<!${who}>`;
  return who.startsWith('S') ? `<!subteam^${who}>` : `<@${who}>`;
};

/** Characters with a meaning in the Markdown of an adaptive card. */
const markdown = /[\\`*_{}[\]()#+!|<>~-]/g;

/** Escapes a text for an adaptive card of Microsoft Teams. Source: Microsoft, Adaptive Cards, text features. */
export const escapeCardText = (text: string): string => text.replaceAll(markdown, '\\$&');
