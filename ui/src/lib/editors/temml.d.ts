declare module 'temml' {
  interface Options {
    displayMode?: boolean;
    throwOnError?: boolean;
    trust?: boolean;
    maxExpand?: number;
    annotate?: boolean;
  }
  const temml: { renderToString(latex: string, options?: Options): string };
  export default temml;
}
