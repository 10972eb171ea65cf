const form = 'Use user@host, host, or a Host alias from the SSH config';

/**
 * Returns why a text is no destination for ssh, and what to write; undefined if it is one. ssh would take a leading - for an option, and
 * a port or brackets for a part of the name: an IPv6 address is written without them.
 */
export const sshDestinationProblem = (text: string): string | undefined => {
  if (!/^(?!-)[^\s\p{Cc}'"\\]+$/u.test(text) || /@-|^@|@$/.test(text))
    return `this is not an SSH destination. ${form}`;
  if (/[[\]]/.test(text) && !text.startsWith('ssh://'))
    return 'an SSH destination has no brackets. Write an IPv6 address without them: user@2001:db8::1';
  return /^[^:]+:\d+$/.test(text)
    ? 'an SSH destination has no port. Set Port for a Host alias in the SSH config, and name the alias here'
    : undefined;
};
