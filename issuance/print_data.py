"""What is printed on a card: its face and its QR code, from the book."""

from sqlalchemy.orm import Session

from issuance import card_face, card_picture, cards
from issuance.book_errors import ConflictError
from issuance.card_face import CardFace
from issuance.fonts import chinese_font
from issuance.intake.photos import Photos
from issuance.models import Application
from issuance.qr_code import QrPicture, qr_code
from reader.card_record import to_text


def face_of(
    session: Session, number: str, *, photo: bytes | None = None, photos: Photos | None = None
) -> CardFace:
    """The face of a personalized card, with *photo* or the one among *photos* that it applied with.

    Raises NotFoundError, ConflictError, PictureError.
    """
    card = cards.get(session, number)
    application = session.get_one(Application, (card.region, card.intake_id, card.row))
    if photo is None and photos is not None:
        photo = photos.find(application.photo)
    return CardFace(
        name=application.name,
        social_security_number=application.social_security_number,
        card_number=card.number,
        issued_on=card.issued_on,
        qr_code=card_qr_code(session, number),
        photo=photo,
    )


def pictures(face: CardFace) -> dict[str, bytes]:
    """The previews of a face, by the ending after the card number: face and QR code.

    The face as PNG and PDF is left out on a machine without a Chinese font.
    """
    drawn = {
        ".svg": card_face.svg(face).encode(),
        "-qr.svg": face.qr_code.svg().encode(),
        "-qr.png": face.qr_code.png(),
    }
    if chinese_font() is not None:
        drawn[".png"] = card_picture.png(card_picture.preview(face))
        drawn[".pdf"] = card_picture.pdf(drawn[".png"], dated=face.issued_on)
    return drawn


def printer_files(face: CardFace, *, rotated: bool = False) -> dict[str, bytes]:
    """The printer's layout of a face, by the ending after the card number: PNG and PDF.

    Raises MissingCharacterError, PictureError.
    """
    layout = card_picture.png(card_picture.printer_layout(face, rotated=rotated))
    return {"-print.png": layout, "-print.pdf": card_picture.pdf(layout, dated=face.issued_on)}


def card_qr_code(session: Session, number: str) -> QrPicture:
    """The QR code of a card's signed record. Raises NotFoundError, ConflictError."""
    return qr_code(record_text(session, number))


def record_text(session: Session, number: str) -> str:
    """The signed record of a card as a QR code carries it. Raises NotFoundError, ConflictError."""
    record = cards.get(session, number).record
    if record is None:
        raise ConflictError(
            f"Card {number} has no signed record yet.", f"卡 {number} 尚无签名记录。"
        )
    return to_text(record)
