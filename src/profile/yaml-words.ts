import type { YAMLError } from 'yaml';

export interface Words {
  readonly what: string;
  readonly todo: string;
}

const byCode: Readonly<Record<string, Words>> = {
  DUPLICATE_KEY: { what: 'this key is there twice', todo: 'keep one of them' },
  TAB_AS_INDENT: { what: 'a tab indents this line', todo: 'indent with spaces' },
  RESOURCE_EXHAUSTION: { what: 'the file is nested too deeply', todo: 'write it flatter' },
  MULTIPLE_DOCS: { what: 'a second YAML document begins here', todo: 'keep one document in a file' },
  BAD_ALIAS: { what: 'this alias is not readable', todo: 'write the value itself' },
  BAD_DIRECTIVE: { what: 'this YAML directive is not known', todo: 'remove the line' },
  BAD_DQ_ESCAPE: {
    what: 'an escape in double quotes that YAML does not know',
    todo: 'use single quotes, or write the backslash twice',
  },
  BAD_SCALAR_START: { what: 'a value cannot begin with this character', todo: 'put it in quotes' },
  BLOCK_IN_FLOW: {
    what: 'an indented block inside { } or [ ]',
    todo: 'put a comma between the entries, or write all of it as a block',
  },
  BLOCK_AS_IMPLICIT_KEY: {
    what: 'a second "key: value" on the same line, or an indentation that fits nothing',
    todo: 'put it on a line of its own, or put the value in quotes',
  },
  MULTILINE_IMPLICIT_KEY: { what: 'a key that runs over several lines', todo: 'keep a key on one line' },
};

/**
 * What YAML has against a text, in words for the person who writes it. `line` is the text of that line: for
 * the two mistakes that a profile invites, bounds and references without quotes.
 */
export const yamlWords = (error: YAMLError, line: string): Words => {
  const bound = /\b(?:warn|crit|clear)["']?:\s*((?:[<>]=?|!=)\s*[^\s,}]+)/.exec(line)?.[1];
  const header = /^(Block scalar header|Unresolved tag)/.test(error.message);
  if (bound !== undefined && header)
    return { what: `${bound} reads as YAML syntax here`, todo: `put the bound in quotes: "${bound}"` };
  if (header && error.code !== 'TAG_RESOLVE_FAILED')
    return { what: 'text on the line where a block of text begins', todo: 'put the value in quotes' };
  if (error.code === 'TAG_RESOLVE_FAILED')
    return { what: 'a YAML tag that means nothing here', todo: 'put the value in quotes, or remove the tag' };
  if (/[[{,:]\s*\$\{/.test(line) && (error.code === 'UNEXPECTED_TOKEN' || error.code === 'MISSING_CHAR'))
    return { what: 'a reference inside { } or [ ] without quotes', todo: `put it in quotes: "\${…}"` };
  if (/quote$/.test(error.message))
    return { what: 'a quote is not closed', todo: `close it before the end of the value` };
  if (/end with a ([\]}])/.test(error.message))
    return { what: 'a bracket is not closed', todo: `close it with ${error.message.slice(-1)}` };
  if (/^Implicit map keys/.test(error.message))
    return { what: 'a key without a colon', todo: 'write KEY: VALUE' };
  return byCode[error.code] ?? { what: 'this is not YAML', todo: 'check indentation, colons and quotes' };
};
