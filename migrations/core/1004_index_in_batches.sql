-- The index takes a batch of documents in one statement. A trigger made one statement of each document, and before each
-- statement within a transaction the index writes out what it holds: a segment a document, merged again and again.
DROP TRIGGER search_documents_new;
