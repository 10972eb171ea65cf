import { Composer, type Document, Lexer, LineCounter, Parser, YAMLParseError } from 'yaml';
import { defined } from '../base/defined.ts';
import { addDuplicateKeys } from './duplicate-keys.ts';
import { countTokens, type YamlLimits, yamlLimits } from './yaml-limits.ts';

/** Options for parsing a text. */
export interface YamlOptions {
  /** Absent: the limits of a file that the user has chosen. */
  readonly limits?: YamlLimits;
  /** Collects the line starts, for positions. */
  readonly lineCounter?: LineCounter;
  /** True: `<<` merges a map into another. */
  readonly merge?: boolean;
  /** Tags beyond those of YAML 1.2. */
  readonly customTags?: readonly 'timestamp'[];
}

/** Calls a function whose errors have no stack: to record one takes ten times as long as to parse the word that is wrong. */
const withoutStacks = <T>(call: () => T): T => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return call();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

/** Parses at most `most` documents of a text. `force`: a text without any has an empty one. */
const documentsOf = (text: string, options: YamlOptions, force: boolean, most: number): Document.Parsed[] => {
  const { limits = yamlLimits, lineCounter = new LineCounter(), merge, customTags } = options;
  const parser = new Parser(lineCounter.addNewLine);
  const composer = new Composer({
    // The check of the library compares each key with all others of its map.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter,
    ...defined({ merge }),
    ...(customTags === undefined ? {} : { customTags: [...customTags] }),
  });
  const count = countTokens(text, limits);
  function* tokens() {
    lineCounter.addNewLine(0);
    for (const lexeme of new Lexer().lex(text)) {
      yield* parser.next(lexeme);
      count(lexeme, parser.stack.length);
    }
    yield* parser.end();
  }
  const documents: Document.Parsed[] = [];
  return withoutStacks(() => {
    for (const document of composer.compose(tokens(), force, force ? text.length : -1)) {
      addDuplicateKeys(document as Document.Parsed);
      if (documents.push(document as Document.Parsed) === most) break;
    }
    return documents;
  });
};

/**
 * Parses all documents of a text. This and the two functions below are the only way in which opsdeck parses YAML: the limits hold
 * while the text is read, before any value exists, and duplicate keys are found in linear time. Throws YamlLimitError.
 */
export const parseYamlDocuments = (text: string, options: YamlOptions = {}): readonly Document.Parsed[] =>
  documentsOf(text, options, false, Number.POSITIVE_INFINITY);

/** Parses a text of one document, which may be empty; a second one is an error of the first. Throws YamlLimitError. */
export const parseYamlDocument = (text: string, options: YamlOptions = {}): Document.Parsed => {
  const [first, second] = documentsOf(text, options, true, 2);
  if (first === undefined) throw new Error('internal error: the YAML parser returned no document');
  if (second !== undefined) {
    const [begin = 0, end = 0] = second.range;
    first.errors.push(
      new YAMLParseError([begin, end], 'MULTIPLE_DOCS', 'Source contains multiple documents'),
    );
  }
  return first;
};

/** Parses a text of one document to its plain value. Throws YamlLimitError, and the first error of the text. */
export const parseYamlValue = (text: string): unknown => {
  const document = parseYamlDocument(text);
  const [error] = document.errors;
  if (error !== undefined) throw error;
  return document.toJS();
};
