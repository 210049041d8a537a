declare module 'jodit/esm/plugins/*';
