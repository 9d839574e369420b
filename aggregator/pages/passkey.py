"""Passkeys at the door: what the browser is asked, and whether its answer holds (WebAuthn level 2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from aggregator.pages.visit import Visit
from aggregator.people.passkeys import Passkey, identity
from shieldwall.encoding.canonical import unb64
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.language import gettext as _

ANSWER_CHARS: Final = 16_384
LABEL_CHARS: Final = 60


def asked_to_sign_in(visit: Visit) -> str:
    """Options for the browser as JSON; empty where passkeys cannot work."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    if not visit.desk.passkey_host:
        return ""
    options = generate_authentication_options(
        rp_id=visit.desk.passkey_host,
        challenge=visit.desk.challenges.make(visit.visitor, visit.now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return str(options_to_json(options))


def asked_to_register(visit: Visit, held: Sequence[Passkey]) -> str:
    """As `asked_to_sign_in`, for a new passkey of whoever is signed in."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    if not visit.desk.passkey_host:
        return ""
    options = generate_registration_options(
        rp_id=visit.desk.passkey_host,
        rp_name=visit.desk.config.name,
        user_id=visit.who.id.encode(),
        user_name=visit.who.name,
        challenge=visit.desk.challenges.make(visit.visitor, visit.now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key.credential) for key in held],
    )
    return str(options_to_json(options))


def registered(visit: Visit, answer: str, label: str) -> Passkey:
    """The new passkey. Raises UsageError when the answer does not hold."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _challenge(visit, answer)
    try:
        verified = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=visit.desk.passkey_host,
            expected_origin=visit.desk.origin,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise UsageError(_("The passkey was not accepted. Try again, or use an authenticator app.")) from error
    return Passkey(
        id=identity(verified.credential_id),
        person=visit.who.id,
        credential=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        label=label[:LABEL_CHARS] or _("Passkey"),
        created_at=visit.now,
        used_at=None,
    )


def named_in(answer: str) -> str:
    """The id of the passkey an answer claims to come from, empty when it names none."""
    try:
        return identity(unb64(_standard(str(json.loads(answer[:ANSWER_CHARS])["rawId"]))))
    except (ValueError, KeyError, TypeError, IntegrityError):
        return ""


def signed_in(visit: Visit, answer: str, key: Passkey) -> int:
    """The authenticator's new counter. Raises UsageError when the answer does not hold."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    challenge = _challenge(visit, answer)
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=visit.desk.passkey_host,
            expected_origin=visit.desk.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except WebAuthnException as error:
        raise UsageError(_("The passkey was not accepted.")) from error
    return int(verified.new_sign_count)


def _challenge(visit: Visit, answer: str) -> bytes:
    """The challenge inside the answer, if it is one of ours, for this visitor, and new. Raises UsageError."""
    try:
        if len(answer) > ANSWER_CHARS:
            raise ValueError("too long")
        client = unb64(_standard(str(json.loads(answer)["response"]["clientDataJSON"])))
        challenge = unb64(_standard(str(json.loads(client)["challenge"])))
    except (ValueError, KeyError, TypeError, RecursionError, IntegrityError) as error:
        raise UsageError(_("The browser's answer is not a passkey's.")) from error
    if not visit.desk.challenges.use(challenge, visit.visitor, visit.now):
        raise UsageError(_("The page was open for too long. Load it again and try once more."))
    return challenge


def _standard(text: str) -> str:
    """From the URL-safe alphabet without padding to the one with."""
    plain = text.replace("-", "+").replace("_", "/")
    return plain + "=" * (-len(plain) % 4)
