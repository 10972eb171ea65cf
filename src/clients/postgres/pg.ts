/** The parts of pg that are used, by name: a bundled `import()` of a CommonJS package would have them under `default` only. */
export { Client, Query } from 'pg';
