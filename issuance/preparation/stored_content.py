"""The content of a chunk as the book keeps it: there, erased, or lost."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keystore import KeyStore
from issuance.models import Chunk
from issuance.preparation.chunk_rows import ChunkKey, is_chunk
from issuance.preparation.content import ChunkContent
from issuance.preparation.errors import DamagedChunkError, ErasedChunkError


def stored_content(session: Session, key: ChunkKey, store: KeyStore) -> ChunkContent:
    """The chunk, opened. Raises ErasedChunkError, DamagedChunkError; SealError, UnknownKeyError."""
    row = session.execute(
        select(Chunk.content, Chunk.erased_at).where(*is_chunk(key))
    ).one_or_none()
    if row is not None and row.erased_at is not None:
        raise ErasedChunkError(key.batch_id, key.number, row.erased_at)
    if row is None or row.content is None:
        raise DamagedChunkError
    return ChunkContent(row.content, store)
