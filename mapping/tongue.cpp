#include "mapping/tongue.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace mapping {

namespace {

constexpr std::array<std::string_view, 3> languages{"de", "fr", "es"};

struct Row {
  std::string_view text;  // with a blank at its end: what a name follows
  std::array<std::string_view, languages.size()> words;
};

constexpr Row rows[] = {
    {"Commands", {"Befehle", "Commandes", "Comandos"}},
    {"Configure", {"Einstellungen", "Configurer", "Configurar"}},
    {"Configure the network", {"Einstellungen für das Netz", "Configurer le réseau", "Configurar la red"}},
    {"Register", {"Registrieren", "S'inscrire", "Registrarse"}},
    {"Disconnect from IRC servers",
     {"Von IRC-Servern trennen", "Se déconnecter de serveurs IRC", "Desconectarse de servidores IRC"}},
    {"Disconnect users from the gateway",
     {"Benutzer vom Gateway trennen", "Déconnecter des utilisateurs de la passerelle",
      "Desconectar usuarios de la pasarela"}},
    {"Disconnect a user", {"Einen Benutzer trennen", "Déconnecter un utilisateur", "Desconectar a un usuario"}},
    {"Disconnect users", {"Benutzer trennen", "Déconnecter des utilisateurs", "Desconectar usuarios"}},
    {"Reload the configuration",
     {"Konfiguration neu laden", "Recharger la configuration", "Recargar la configuración"}},
    {"State of the connection to this server",
     {"Stand der Verbindung zu diesem Server", "État de la connexion à ce serveur",
      "Estado de la conexión con este servidor"}},
    {"Show the certificate to log in with; make one if there is none",
     {"Zertifikat für die Anmeldung zeigen oder anlegen", "Afficher le certificat de connexion, ou en créer un",
      "Mostrar el certificado de acceso, o crear uno"}},
    {"Forget the certificate to log in with",
     {"Zertifikat für die Anmeldung vergessen", "Oublier le certificat de connexion",
      "Olvidar el certificado de acceso"}},
    {"Your settings", {"Eigene Einstellungen", "Vos réglages", "Sus ajustes"}},
    {"Your settings for ", {"Eigene Einstellungen für ", "Vos réglages pour ", "Sus ajustes para "}},
    {"Settings of ", {"Einstellungen von ", "Réglages de ", "Ajustes de "}},
    {"Registration with ", {"Registrierung bei ", "Inscription auprès de ", "Registro en "}},
    {"What you have sent, and your limits", {"Gesendetes und Grenzen", "Envois et limites", "Envíos y límites"}},
    {"Names that you have given to numbers",
     {"Eigene Namen für Nummern", "Noms donnés aux numéros", "Nombres de los números"}},
    {"Name a number", {"Eine Nummer benennen", "Nommer un numéro", "Dar nombre a un número"}},
    {"Prove that a number is yours",
     {"Eine Nummer als eigene bestätigen", "Prouver qu'un numéro est le vôtre", "Demostrar que un número es suyo"}},
    {"Give a number to a user",
     {"Einem Benutzer eine Nummer geben", "Attribuer un numéro à un utilisateur", "Asignar un número a un usuario"}},
    {"Take a number back", {"Eine Nummer zurücknehmen", "Reprendre un numéro", "Retirar un número"}},
    {"Who has which number", {"Wer welche Nummer hat", "Qui a quel numéro", "Quién tiene qué número"}},
};

}  // namespace

std::string translated(std::string_view text, std::string_view language) {
  const std::string main = base::ascii_lower(language.substr(0, language.find('-')));
  const auto known = std::find(languages.begin(), languages.end(), main);
  if (known == languages.end()) return std::string(text);
  const auto column = static_cast<std::size_t>(known - languages.begin());
  for (const Row& row : rows) {
    if (row.text == text) return std::string(row.words[column]);
    const bool is_start = row.text.ends_with(' ') && text.starts_with(row.text);
    if (is_start) return std::string(row.words[column]).append(text.substr(row.text.size()));
  }
  return std::string(text);
}

}  // namespace mapping
